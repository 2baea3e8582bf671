"""Measures the checkpoints of Model Garden's run_pretraining on masked words.

python -m benchmarks.systems.model_garden_accuracy CONFIG FOLDER RECORDS
"""

import json
import pathlib
import re
import sys

import numpy as np
import tensorflow as tf
from official.legacy.bert import bert_models, configs, input_pipeline


def main(config, folder, records):
    model, _ = bert_models.pretrain_model(
        configs.BertConfig.from_json_file(config), 128, 20
    )
    (pretrainer,) = (x for x in model.layers if x.name == "bert_pretrainer")
    batches = input_pipeline.create_pretrain_dataset(
        [records], 128, 20, 64, is_training=False
    )
    score = tf.function(lambda features: pretrainer(features)["masked_lm"])
    paths = pathlib.Path(folder).glob("ctl_step_*.index")
    steps = {int(re.search(r"step_(\d+)", p.name)[1]): p for p in paths}
    for step, path in sorted(steps.items()):
        checkpoint = tf.train.Checkpoint(model=model)
        checkpoint.read(str(path.with_suffix(""))).expect_partial()
        right = losses = total = 0.0
        for features, _ in batches:
            ids = features["masked_lm_ids"].numpy()
            weights = features["masked_lm_weights"].numpy()
            scores = score(
                {
                    name: features[name]
                    for name in (
                        "input_word_ids",
                        "input_mask",
                        "input_type_ids",
                        "masked_lm_positions",
                    )
                }
            )
            log = tf.nn.log_softmax(tf.cast(scores, tf.float32)).numpy()
            picked = np.take_along_axis(log, ids[..., np.newaxis], -1)[..., 0]
            right += (weights * (log.argmax(-1) == ids)).sum()
            losses -= (weights * picked).sum()
            total += weights.sum()
        print(
            json.dumps(
                {
                    "step": step,
                    "masked_lm_accuracy": float(right / total),
                    "masked_lm_loss": float(losses / total),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
