"""Our Transformer in the guide. Run with JSON of `follow_guide`'s arguments."""

import json
import sys

import keras

from benchmarks.systems.guide import follow_guide
from nlp_modeling import layers, text


def make(vocab_file):
    tokenizer = text.BertTokenizer(vocab_file)
    masking = text.MaskedLMPreprocessor(tokenizer, 128, rate=0.2)
    preprocessor = text.BertPreprocessor(tokenizer, 128)

    ids = keras.Input([None], dtype="int32", name="input_word_ids")
    embeddings = layers.TokenAndPositionEmbedding(
        tokenizer.vocab_size, 128, 128
    )
    encoded = keras.layers.LayerNormalization(epsilon=1e-5)(embeddings(ids))
    encoded = keras.layers.Dropout(0.1)(encoded)
    is_piece = ids != tokenizer.pad_id
    mask = layers.SelfAttentionMask()([encoded, is_piece])
    for _ in range(3):
        encoded = layers.TransformerEncoderBlock(
            2,
            512,
            "relu",
            norm_epsilon=1e-5,
            output_dropout=0.1,
            attention_dropout=0.1,
        )([encoded, mask])
    mean = keras.layers.GlobalAveragePooling1D()(encoded, mask=is_piece)
    places = keras.Input([None], dtype="int32", name="masked_lm_positions")
    scores = layers.MaskedLM(embeddings, "relu", name="masked_lm")(
        encoded, places
    )
    features = {"input_word_ids": ids, "masked_lm_positions": places}
    pretrainer = keras.Model(features, {"masked_lm": scores})

    def hide(texts):
        masked, hidden, weights = masking(texts)
        return {key: masked[key] for key in features}, hidden, weights

    def tokenize(texts):
        return preprocessor(texts)["input_word_ids"]

    return keras.Model(ids, encoded), mean, pretrainer, hide, tokenize


if __name__ == "__main__":
    follow_guide(make, **json.loads(sys.argv[1]))
