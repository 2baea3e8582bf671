"""Lists flags that contradict each other, or name what is not there."""

from tests.hostile.bad_inputs.bad_input import FOLDER, BadInput

_TRAIN = ("run_pretraining", "run_classifier", "run_squad", "run_tagging")


def _row(program, words, flags, **others):
    what = " ".join(f"--{k}={v}" for k, v in flags.items())[:200]
    return BadInput(program, what, tuple(words), flags, **others)


def _of_all_training():
    for program in _TRAIN:
        for flags, words in (
            (
                {"warmup_steps": 5, "num_train_steps": 4},
                ["warmup_steps", "num_train_steps"],
            ),
            (
                {"enable_xla": True, "distribution_strategy": "tpu"},
                ["enable_xla"],
            ),
            (
                {"distribution_strategy": "mirrored", "num_gpus": 8},
                ["num_gpus", "8"],
            ),
            ({"num_gpus": 2}, ["num_gpus", "2"]),
            ({"worker_hosts": "a:1,b:2"}, ["worker_hosts", "a:1"]),
            ({"tpu": "local"}, ["tpu", "local"]),
            (
                {"distribution_strategy": "multi_worker_mirrored"},
                ["worker_hosts"],
            ),
            ({"train_batch_size": 8, "accumulation_steps": 3}, ["8", "3"]),
            ({"model_dir": "BAD/file/run"}, ["BAD/file"]),
            ({"model_dir": "BAD/file"}, ["BAD/file"]),
            ({"model_dir": "/dev/null/run"}, ["/dev/null"]),
            ({"model_dir": "/proc/nothing/run"}, ["/proc/nothing"]),
            ({"init_checkpoint": "BAD/nothing"}, ["BAD/nothing"]),
            ({"init_checkpoint": "BAD/empty"}, ["BAD/empty"]),
            ({"init_checkpoint": "BAD/file"}, ["BAD/file"]),
            ({"max_seq_length": 65}, ["65"]),
        ):
            files = {"file": "", "empty": FOLDER}
            yield _row(program, words, flags, files=files)
        for hosts, words in (
            ("127.0.0.1:99999,127.0.0.1:1", ["127.0.0.1:99999"]),
            ("127.0.0.1:0,127.0.0.1:1", ["127.0.0.1:0"]),
            ("127.0.0.1:x,127.0.0.1:1", ["127.0.0.1:x"]),
            ("127.0.0.1:2222,127.0.0.1:2222", ["127.0.0.1:2222"]),
            ("127.0.0.1,127.0.0.1:1", ["127.0.0.1"]),
            ("http://a:1,b:1", ["http://a:1"]),
            (":1,b:1", [":1"]),
        ):
            flags = {
                "worker_hosts": hosts,
                "distribution_strategy": "multi_worker_mirrored",
            }
            yield _row(program, ["worker_hosts", *words], flags)
        for scale in ("0", "-1", "nan", "inf", "1e400", "x", ""):
            yield _row(program, ["loss_scale", scale], {"loss_scale": scale})
        flags = {
            "worker_hosts": "127.0.0.1:1,127.0.0.1:2",
            "distribution_strategy": "multi_worker_mirrored",
            "task_index": 2,
        }
        yield _row(program, ["task_index", "2"], flags)


_PRETRAINING = [
    _row("run_pretraining", words, flags)
    for flags, words in (
        ({"num_train_epochs": 3}, ["num_steps_per_epoch"]),
        ({"input_files": None}, ["input_files"]),
        ({"vocab_file": None}, ["vocab_file"]),
        ({"model_dir": None}, ["model_dir"]),
    )
]
_FINETUNING = [
    _row(program, words, flags)
    for program in _TRAIN[1:]
    for flags, words in (
        ({"mode": "export_only"}, ["model_export_path"]),
        ({"mode": "eval"}, ["model_dir", "BAD/run"]),
        (
            {"mode": "export_only", "model_export_path": "BAD/out"},
            ["model_dir", "BAD/run"],
        ),
        ({"task": "nothing"}, ["task", "nothing"]),
        ({"task": "../secret"}, ["task", "../secret"]),
        ({"vocab_file": None}, ["vocab_file"]),
        ({"model_dir": None}, ["model_dir"]),
        ({"num_train_steps": None, "num_train_epochs": 0}, ["epochs", "0"]),
        (
            {
                "input_data_dir": None,
                "train_file": None,
                "eval_file": None,
            },
            ["train"],
        ),
    )
]
_CLASSIFIER = [
    _row("run_classifier", words, flags)
    for flags, words in (
        ({"classification_task_name": None}, ["classification_task_name"]),
        ({"classification_task_name": "MRPC"}, ["train.tsv", "Quality"]),
        ({"text_columns": "sentence"}, ["text_columns"]),
        (
            {"input_data_dir": None, "train_data_path": "GOOD/records/t*"},
            ["eval_data_path"],
        ),
        (
            {
                "classification_task_name": None,
                "text_columns": "a,b,c",
                "train_file": "GOOD/task/train.tsv",
            },
            ["text_columns", "a"],
        ),
        (
            {
                "classification_task_name": None,
                "text_columns": "nothing",
                "train_file": "GOOD/task/train.tsv",
            },
            ["nothing", "train.tsv"],
        ),
        (
            {
                "classification_task_name": None,
                "text_columns": "sentence",
                "label_column": "nothing",
                "train_file": "GOOD/task/train.tsv",
            },
            ["nothing", "train.tsv"],
        ),
        (
            {
                "classification_task_name": None,
                "text_columns": "sentence",
                "header": False,
                "train_file": "GOOD/task/train.tsv",
            },
            ["header", "label"],
        ),
        (
            {
                "classification_task_name": None,
                "text_columns": "7",
                "label_column": "1",
                "header": False,
                "train_file": "GOOD/task/train.tsv",
            },
            ["7", "train.tsv"],
        ),
        (
            {
                "classification_task_name": None,
                "text_columns": "sentence",
                "labels": "0,0",
                "train_file": "GOOD/task/train.tsv",
            },
            ["labels", "0"],
        ),
        (
            {
                "classification_task_name": None,
                "text_columns": "sentence",
                "labels": "0,9",
                "train_file": "GOOD/task/train.tsv",
            },
            ["1", "train.tsv"],
        ),
        (
            {
                "classification_task_name": None,
                "text_columns": "sentence",
                "labels": "0,1",
                "is_regression": True,
                "train_file": "GOOD/task/train.tsv",
            },
            ["labels"],
        ),
    )
]
_SQUAD = [
    _row("run_squad", words, flags)
    for flags, words in (
        ({"eval_data_path": "GOOD/records/t*"}, ["eval_data_path"]),
        ({"test_file": "GOOD/task/dev-v1.1.json"}, ["test_file"]),
        ({"test_data_path": "GOOD/records/t*"}, ["test_data_path"]),
        ({"labels": "a,b"}, ["labels"]),
        ({"max_query_length": 24}, ["max_query_length", "24"]),
    )
]
_TOOLS = [
    _row(program, words, flags, files={"file": "", "folder/a": "a"})
    for program, flags, words in (
        (
            "create_pretraining_data",
            {"output_file": "BAD/a"},
            ["output_file", "output_dir"],
        ),
        (
            "create_pretraining_data",
            {"output_dir": None},
            ["output_file", "output_dir"],
        ),
        (
            "create_pretraining_data",
            {"output_dir": None, "output_file": "BAD/a", "runner": "beam"},
            ["runner", "output_dir"],
        ),
        ("create_pretraining_data", {"runner": "beam"}, ["beam"]),
        (
            "create_pretraining_data",
            {"max_ngram_size": 2},
            ["max_ngram_size", "2"],
        ),
        (
            "create_pretraining_data",
            {"output_dir": None, "output_file": "BAD/a,BAD/a"},
            ["BAD/a"],
        ),
        (
            "create_pretraining_data",
            {"output_dir": None, "output_file": "BAD/a,BAD/./a"},
            ["BAD/a"],
        ),
        (
            "create_pretraining_data",
            {"output_dir": None, "output_file": "BAD/a,"},
            ["empty"],
        ),
        (
            "create_pretraining_data",
            {"output_dir": None, "output_file": "GOOD/text.txt"},
            ["GOOD/text.txt", "overwrite"],
        ),
        ("create_finetuning_data", {"meta_data_file_path": None}, ["meta"]),
        (
            "create_finetuning_data",
            {"train_data_output_path": None},
            ["data_output_path"],
        ),
        (
            "create_finetuning_data",
            {"meta_data_file_path": "BAD/train.tfrecord"},
            ["BAD/train.tfrecord"],
        ),
        (
            "create_finetuning_data",
            {"eval_data_output_path": "BAD/train.tfrecord"},
            ["BAD/train.tfrecord"],
        ),
        (
            "create_finetuning_data",
            {"fine_tuning_task_type": "regression"},
            ["SST-2"],
        ),
        (
            "create_finetuning_data",
            {"input_data_dir": None},
            ["train_file", "input_data_dir"],
        ),
        (
            "create_finetuning_data",
            {"fine_tuning_task_type": "squad", "input_data_dir": None},
            ["train_file"],
        ),
        (
            "create_finetuning_data",
            {"fine_tuning_task_type": "tagging", "input_data_dir": None},
            ["train_file"],
        ),
        (
            "create_finetuning_data",
            {
                "fine_tuning_task_type": "squad",
                "train_file": "GOOD/task/train-v1.1.json",
                "max_query_length": 24,
            },
            ["max_query_length", "24"],
        ),
        ("learn_vocabulary", {"input_files": None}, ["input_files"]),
        ("learn_vocabulary", {"output_file": None}, ["output_file"]),
        ("learn_vocabulary", {"vocab_size": 5}, ["vocab_size", "5"]),
        ("learn_vocabulary", {"vocab_size": 8}, ["8"]),
        (
            "learn_vocabulary",
            {"reserved_tokens": "[PAD],[PAD]"},
            ["reserved_tokens", "[PAD]"],
        ),
        (
            "learn_vocabulary",
            {"reserved_tokens": "[PAD],[CLS],[SEP]"},
            ["reserved_tokens", "[UNK]"],
        ),
        (
            "learn_vocabulary",
            {"output_file": "GOOD/vocab.txt"},
            ["GOOD/vocab.txt", "overwrite"],
        ),
        ("export_model", {"model_dir": None}, ["model_dir"]),
        (
            "export_model",
            {"init_checkpoint": "GOOD/run/encoder"},
            ["model_dir", "init_checkpoint"],
        ),
        ("export_model", {"model_dir": "BAD/folder"}, ["BAD/folder"]),
        ("export_model", {"model_dir": "GOOD/run"}, ["GOOD/run"]),
        (
            "export_model",
            {"model_dir": None, "init_checkpoint": "BAD/folder"},
            ["BAD/folder"],
        ),
        (
            "export_model",
            {
                "model_dir": None,
                "init_checkpoint": "GOOD/run/encoder",
                "max_seq_length": 512,
            },
            ["512"],
        ),
        ("export_model", {"model_export_path": None}, ["model_export_path"]),
        ("predict", {"model_export_path": None}, ["model_export_path"]),
        ("predict", {"model_export_path": "BAD/folder"}, ["BAD/folder"]),
        ("predict", {"model_export_path": "GOOD/run"}, ["GOOD/run"]),
        ("predict", {"output_file": "GOOD/lines.txt"}, ["GOOD/lines.txt"]),
        ("convert_checkpoint", {"source": None}, ["source"]),
        ("convert_checkpoint", {"source": "BAD/folder"}, ["BAD/folder"]),
        ("convert_checkpoint", {"source": "GOOD/records"}, ["GOOD/records"]),
        ("convert_checkpoint", {"format": "onnx"}, ["format", "onnx"]),
        ("convert_checkpoint", {"output_dir": None}, ["output_dir"]),
        (
            "convert_checkpoint",
            {"output_dir": "GOOD/export"},
            ["GOOD/export", "overwrite"],
        ),
        ("fill_mask", {"model_dir": None}, ["model_dir"]),
        ("fill_mask", {"model_dir": "BAD/folder"}, ["BAD/folder"]),
        ("fill_mask", {"model_dir": "GOOD/classifier"}, ["GOOD/classifier"]),
        ("fill_mask", {"sentence": None}, ["sentence"]),
        ("fill_mask", {"sentence": ""}, ["MASK"]),
        ("fill_mask", {"sentence": "a b c"}, ["MASK", "a b c"]),
        ("fill_mask", {"sentence": "b " * 70 + "[MASK]"}, ["64", "73"]),
        ("fill_mask", {"top": 1000}, ["top", "1000"]),
        ("quickstart", {"model_dir": None}, ["model_dir"]),
        ("quickstart", {"eval_files": None}, ["eval_files"]),
        ("quickstart", {"model_dir": "BAD/folder"}, ["BAD/folder"]),
        ("quickstart", {"output_dir": "BAD/page"}, ["output_dir", "labels"]),
    )
]
# Outputs beneath a file, in no place, or at a folder.
_UNWRITABLE = [
    _row(program, [place], {flag: place}, files={"file": "", "folder/a": "a"})
    for program, flag in (
        ("create_pretraining_data", "output_dir"),
        ("create_finetuning_data", "train_data_output_path"),
        ("create_finetuning_data", "meta_data_file_path"),
        ("create_library_docs", "output_dir"),
        ("convert_checkpoint", "output_dir"),
        ("learn_vocabulary", "output_file"),
        ("export_model", "model_export_path"),
        ("predict", "output_file"),
    )
    for place in ("BAD/file", "BAD/file/a", "/proc/nothing/a", "BAD/folder")
]
_UNKNOWN = [
    BadInput(program, what, ("nothing",), more=(what,))
    for program in (
        *_TRAIN,
        "create_pretraining_data",
        "create_finetuning_data",
        "create_library_docs",
        "learn_vocabulary",
        "export_model",
        "predict",
        "convert_checkpoint",
        "fill_mask",
        "quickstart",
    )
    for what in ("--nothing=1", "nothing")
]

FLAGS = [
    *_of_all_training(),
    *_PRETRAINING,
    *_FINETUNING,
    *_CLASSIFIER,
    *_SQUAD,
    *_TOOLS,
    *_UNWRITABLE,
    *_UNKNOWN,
]
