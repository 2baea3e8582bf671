"""tf-models-official's classifier, on records. Prints the accuracy on dev.

Run with the JSON of the arguments of `main`, by the environment of the extra
`garden`.
"""

import json
import sys

from absl import app, flags
from official.legacy.bert import run_classifier


def main(folder, batch, learning_rate, seed, **_):
    def train(_):
        run_bert_classifier = run_classifier.run_bert_classifier

        def recorded(*arguments, **named):
            model, stats = run_bert_classifier(*arguments, **named)
            print(json.dumps(float(stats["eval_metrics"])), flush=True)
            return model, stats

        run_classifier.run_bert_classifier = recorded
        run_classifier.custom_main()

    app.run(
        train,
        argv=[
            "run_classifier",
            "--mode=train_and_eval",
            f"--input_meta_data_path={folder}/meta_data",
            f"--train_data_path={folder}/train.tfrecord",
            f"--eval_data_path={folder}/dev.tfrecord",
            f"--bert_config_file={folder}/garden.json",
            f"--init_checkpoint={folder}/garden",
            f"--train_batch_size={batch}",
            f"--eval_batch_size={batch}",
            "--steps_per_loop=100",
            f"--learning_rate={learning_rate}",
            "--num_train_epochs=1",
            "--distribution_strategy=one_device",
            "--num_gpus=0",
            f"--model_dir={folder}/garden-{seed}",
        ],
        flags_parser=lambda argv: flags.FLAGS(argv, known_only=True),
    )


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
