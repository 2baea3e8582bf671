"""KerasHub's Transformer in the guide, by an environment that has keras-hub.

Run with JSON of `follow_guide`'s arguments.
"""

import json
import sys

import keras
import keras_hub

from benchmarks.systems.guide import follow_guide


def make(vocab_file):
    tokenizer = keras_hub.tokenizers.WordPieceTokenizer(
        vocab_file, 128, lowercase=True, strip_accents=True
    )
    masking = keras_hub.layers.MaskedLMMaskGenerator(
        tokenizer.vocabulary_size(), 0.2, tokenizer.token_to_id("[MASK]"), 32
    )

    ids = keras.Input([128], dtype="int32")
    embeddings = keras_hub.layers.TokenAndPositionEmbedding(
        tokenizer.vocabulary_size(), 128, 128, mask_zero=True
    )
    encoded = keras.layers.LayerNormalization(epsilon=1e-5)(embeddings(ids))
    encoded = keras.layers.Dropout(0.1)(encoded)
    for _ in range(3):
        encoded = keras_hub.layers.TransformerEncoder(
            512, 2, dropout=0.1, layer_norm_epsilon=1e-5
        )(encoded)
    mean = keras.layers.GlobalAveragePooling1D()(encoded)
    places = keras.Input([32], dtype="int32")
    scores = keras_hub.layers.MaskedLMHead(
        token_embedding=embeddings.token_embedding
    )(encoded, mask_positions=places)
    pretrainer = keras.Model(
        {"token_ids": ids, "mask_positions": places}, scores
    )

    def hide(texts):
        masked = masking(tokenizer(texts))
        features = {key: masked[key] for key in ("token_ids", "mask_positions")}
        return features, masked["mask_ids"], masked["mask_weights"]

    return keras.Model(ids, encoded), mean, pretrainer, hide, tokenizer


if __name__ == "__main__":
    follow_guide(make, **json.loads(sys.argv[1]))
