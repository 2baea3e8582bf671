"""run_pretraining takes text or records to an encoder, or ends in one line."""

import json
import pathlib

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import checkpoints, data, models, networks, text
from tests.official_runs.program.running_program import RunningProgram

GIN = pathlib.Path(__file__).parents[2] / "official_runs" / "gin"
WORDS = [f"{a}{b}" for a in "bcdfghjklmnpqrstvwxz" for b in "aeiou"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@pytest.fixture(scope="module")
def program():
    with RunningProgram("official_runs.run_pretraining") as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A file of 30 documents, a vocabulary, and a network of one layer."""
    folder = tmp_path_factory.mktemp("pretraining")
    rng = np.random.default_rng(0)
    (folder / "text.txt").write_text(
        "\n\n".join(
            "\n".join(" ".join(rng.choice(WORDS, 8)) for _ in range(10))
            for _ in range(30)
        )
    )
    (folder / "vocab.txt").write_text("\n".join(SPECIAL + WORDS) + "\n")
    (folder / "network.gin").write_text(
        "TransformerEncoder.hidden_size = 8\n"
        "TransformerEncoder.num_layers = 1\n"
        "TransformerEncoder.num_attention_heads = 2\n"
        "TransformerEncoder.intermediate_size = 16\n"
        "TransformerEncoder.sequence_length = None\n"
        "TransformerEncoder.max_sequence_length = 32\n"
        "TransformerEncoder.type_vocab_size = 2\n"
    )
    return folder


@pytest.fixture(scope="module")
def flags(folder):
    return {
        "gin_file": folder / "network.gin",
        "input_files": folder / "text.txt",
        "vocab_file": folder / "vocab.txt",
        "max_seq_length": 32,
        "max_predictions_per_seq": 5,
        "train_batch_size": 4,
        "num_train_steps": 4,
        "warmup_steps": 1,
        "steps_per_loop": 2,
    }


@pytest.fixture(scope="module")
def finished(program, flags, folder):
    """The folder of a run that evaluates, from text, and its log."""
    model_dir = folder / "run"
    code, log = program.run(
        **flags,
        eval_files=folder / "text.txt",
        eval_batch_size=16,
        evaluation_interval=2,
        model_dir=model_dir,
    )
    assert code == 0, log
    return model_dir, log


def logged(model_dir):
    """What a run logged, but for the speed."""
    lines = (model_dir / "metrics.jsonl").read_text().splitlines()
    values = [json.loads(line) for line in lines]
    return [
        {k: v for k, v in each.items() if not k.endswith("per_second")}
        for each in values
    ]


def test_text_becomes_an_encoder(finished):
    model_dir, _ = finished
    tokenizer = text.BertTokenizer.from_preset(model_dir / "encoder")
    assert tokenizer.vocabulary == SPECIAL + WORDS
    encoder = networks.Encoder.from_preset(model_dir / "encoder")
    saved = tf.train.load_checkpoint(
        tf.train.latest_checkpoint(model_dir / "checkpoints")
    )
    path = "model/word_embeddings.Sembeddings/.ATTRIBUTES/VARIABLE_VALUE"
    np.testing.assert_array_equal(
        encoder.get_embedding_table(), saved.get_tensor(path)
    )


def test_numbers_are_logged_at_their_steps(finished):
    model_dir, log = finished
    places = [(each["step"], each["part"]) for each in logged(model_dir)]
    assert places == [
        (2, "train"),
        (2, "evaluation"),
        (4, "train"),
        (4, "evaluation"),
    ]
    last = logged(model_dir)[-1]
    assert last["perplexity"] == pytest.approx(np.exp(last["masked_lm_loss"]))
    assert set(last) >= {"masked_lm_accuracy", "next_sentence_accuracy"}
    assert "step 4 of 4" in log
    assert (model_dir / "loss.png").exists()
    assert {path.name for path in (model_dir / "summaries").iterdir()} == {
        "train",
        "evaluation",
    }


def test_rows_are_packed_if_they_are_to_be(program, flags, folder, tmp_path):
    """Text becomes packed rows; these stay so; and plain records become so."""
    packed = "PretrainingBatches.packed = True"
    given = {**flags, "gin_param": packed, "eval_batch_size": 16}
    code, log = program.run(
        **given, eval_files=folder / "text.txt", model_dir=tmp_path / "run"
    )
    assert code == 0, log
    last = logged(tmp_path / "run")[-1]
    assert 0 < last["next_sentence_accuracy"] <= 1
    encoder = networks.Encoder.from_preset(tmp_path / "run" / "encoder")
    assert encoder.feature_names[0] == "input_word_ids"
    code, log = program.run(
        **{**given, "gin_param": "PretrainingBatches.packed = False"},
        eval_files=tmp_path / "run" / "records" / "train.tfrecord",
        model_dir=tmp_path / "other",
    )
    assert code == 1
    assert "--eval_files packed=True" in log
    again = tmp_path / "again"
    code, log = program.run(
        **given,
        eval_files=tmp_path / "other" / "records" / "train.tfrecord",
        model_dir=again,
    )
    assert code == 0, log
    assert "Records, eval" in log
    evaluated = data.stored_features([str(again / "records" / "eval.tfrecord")])
    assert "sequence_starts" in evaluated


ELECTRA = (
    "pretrain.objectives = [@masked_lm(), @replaced_tokens()]\n"
    "pretrain.generator = {'hidden_size': 4, 'num_layers': 1, "
    "'num_attention_heads': 1, 'intermediate_size': 8}\n"
)


def test_electra_is_pretrained_and_its_network_is_kept(
    program, flags, folder, tmp_path
):
    (folder / "electra.gin").write_text(
        (folder / "network.gin").read_text() + ELECTRA
    )
    code, log = program.run(
        **{
            **flags,
            "gin_file": folder / "electra.gin",
            "gin_param": "PretrainingBatches.packed = True",
        },
        eval_files=folder / "text.txt",
        eval_batch_size=16,
        model_dir=tmp_path / "run",
    )
    assert code == 0, log
    last = logged(tmp_path / "run")[-1]
    assert 0 < last["replaced_tokens_loss"] < 1
    assert 0 < last["replaced_tokens_accuracy"] < 1
    encoder = networks.Encoder.from_preset(tmp_path / "run" / "encoder")
    assert not [w for w in encoder.weights if "generator" in w.path]
    model = models.BertClassifier.from_preset(tmp_path / "run", num_classes=2)
    np.testing.assert_array_equal(
        model.network.get_embedding_table(), encoder.get_embedding_table()
    )


@pytest.mark.parametrize(
    "setting", [ELECTRA.splitlines()[0], ELECTRA.splitlines()[1]]
)
def test_a_generator_needs_its_objective(program, flags, tmp_path, setting):
    code, log = program.run(**flags, gin_param=setting, model_dir=tmp_path)
    assert code == 1
    assert "generator" in log and "masked_lm" in log


def test_config_gin_alone_is_the_same_run(program, finished, tmp_path):
    model_dir, _ = finished
    code, log = program.run(
        gin_file=model_dir / "config.gin", model_dir=tmp_path
    )
    assert code == 0, log
    assert logged(tmp_path) == logged(model_dir)
    config = (model_dir / "config.gin").read_text()
    assert (tmp_path / "config.gin").read_text() == config


def test_a_finished_run_goes_on_to_nothing(program, flags, finished, folder):
    model_dir, _ = finished
    before = logged(model_dir)
    code, log = program.run(
        gin_file=model_dir / "config.gin", model_dir=model_dir
    )
    assert code == 0, log
    assert "Resuming after step 4" in log
    assert logged(model_dir) == before


def test_changed_settings_are_refused_unless_accepted(program, finished):
    model_dir, _ = finished
    changed = {
        "gin_file": model_dir / "config.gin",
        "model_dir": model_dir,
        "learning_rate": 0.5,
    }
    before = (model_dir / "config.gin").read_text()
    code, log = program.run(**changed)
    assert code == 1
    assert "LEARNING_RATE = 0.5" in log
    assert (model_dir / "config.gin").read_text() == before
    code, log = program.run(**changed, accept_changed_settings=True)
    assert code == 0, log
    (model_dir / "config.gin").write_text(before)


def test_the_second_phase_begins_with_the_weights_of_the_first(
    program, flags, finished, tmp_path
):
    model_dir, _ = finished
    gin_file = with_network(tmp_path, model_dir, "pretraining_phase_2")
    still = {"learning_rate": 0.0, "num_train_steps": 1, "gin_file": gin_file}
    code, log = program.run(
        **{**flags, **still}, init_checkpoint=model_dir, model_dir=tmp_path
    )
    assert code == 0, log
    # With a learning rate of 0 the weights stay, the heads' too.
    first, second = (
        models.BertPretrainer(
            networks.Encoder.from_preset(path / "encoder"), num_classes=2
        )
        for path in (model_dir, tmp_path)
    )
    checkpoints.restore_from_run(first, model_dir / "checkpoints")
    checkpoints.restore_from_run(second, tmp_path / "checkpoints")
    for ours, theirs in zip(second.weights, first.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs, ours.path)


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"input_files": "nowhere*.tfrecord"}, "nowhere"),
        ({"vocab_file": "nowhere.txt"}, "nowhere.txt"),
        ({"gin_file": "nowhere.gin"}, "nowhere.gin"),
        ({"gin_param": "Adam.weight_decy = 1"}, "Adam"),
        ({"gin_param": "AdamW.weight_decy = 1"}, "weight_decy"),
        ({"gin_param": "make_optimizer.optimizer = @Nothing"}, "Nothing"),
        ({"train_batch_size": 5, "accumulation_steps": 2}, "accumulation"),
        ({"train_batch_size": 0}, "batch_size"),
        ({"max_seq_length": 8}, "at most 8 values"),
        ({"max_seq_length": 64}, "64"),
        ({"max_predictions_per_seq": 0}, "max_predictions"),
        ({"num_train_steps": 0}, "steps=0"),
        ({"num_train_epochs": 3}, "num_steps_per_epoch"),
        ({"steps_per_loop": 0}, "steps_per_loop"),
        ({"warmup_steps": -1}, "warmup_steps"),
        ({"loss_scale": "often", "dtype": "fp16"}, "often"),
        ({"init_checkpoint": "nowhere"}, "nowhere"),
        ({"num_gpus": 7}, "num_gpus"),
        ({"worker_hosts": "a:1"}, "worker_hosts"),
        (
            {"distribution_strategy": "multi_worker_mirrored"},
            "worker_hosts",
        ),
        ({"distribution_strategy": "tpu"}, "TPU"),
        ({"bert_config_file": "nowhere.json"}, "nowhere.json"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_bad_use_ends_in_one_line_before_training(
    program, flags, finished, tmp_path, wrong, said
):
    model_dir = tmp_path / "run"
    records = finished[0] / "records" / "train.tfrecord"
    code, log = program.run(
        **{**flags, "input_files": records, "model_dir": model_dir, **wrong}
    )
    assert code == 1
    *before, error = log.strip().splitlines()
    assert error.startswith("Error: ") and said in error
    assert before in ([], ["Waiting for the other workers."])
    metrics = model_dir / "metrics.jsonl"
    assert not metrics.exists() or metrics.read_text() == ""
    assert not list(model_dir.glob("checkpoints/step-*"))


def test_a_vocabulary_that_does_not_fit_the_records_is_refused(
    program, flags, finished, tmp_path
):
    records = finished[0] / "records" / "train.tfrecord"
    small = tmp_path / "vocab.txt"
    small.write_text("\n".join(SPECIAL + WORDS[:50]) + "\n")
    code, log = program.run(
        **{**flags, "input_files": records, "vocab_file": small},
        model_dir=tmp_path / "run",
    )
    assert code == 1
    assert "below vocab_size=" in log


def test_the_folder_of_another_network_is_refused(
    program, flags, finished, tmp_path
):
    model_dir, _ = finished
    code, log = program.run(
        gin_file=model_dir / "config.gin",
        gin_param="TransformerEncoder.hidden_size = 16",
        model_dir=model_dir,
        accept_changed_settings=True,
    )
    assert code == 1
    assert "checkpoint" in log


def with_network(folder, model_dir, name):
    """A file of gin/runs, with the tiny network of the tests."""
    both = folder / "both.gin"
    both.write_text(
        (GIN / "runs" / f"{name}.gin").read_text()
        + (model_dir.parent / "network.gin").read_text()
    )
    return both


def test_the_quickstarts_settings_run(program, flags, finished, tmp_path):
    records = finished[0] / "records" / "train.tfrecord"
    tiny = with_network(tmp_path, finished[0], "quickstart")
    code, log = program.run(
        **{
            **flags,
            "gin_file": tiny,
            "input_files": records,
            "num_train_steps": 2,
        },
        model_dir=tmp_path / "run",
    )
    assert code == 0, log
    assert len(logged(tmp_path / "run")) == 1


# Millions of weights with 30,522 word pieces and two segments: Turc et al.
# (2019), table 1, counts 4.4, 11.3, 29.1, 41.7 and 110.1; Devlin et al., 340.
@pytest.mark.parametrize(
    "size, millions",
    [
        ("tiny", 4.4),
        ("mini", 11.2),
        ("small", 28.8),
        ("medium", 41.4),
        ("base", 109.5),
        ("large", 335.1),
    ],
)
def test_every_network_gin_has_the_published_size(size, millions):
    settings = {}
    for line in (GIN / "networks" / f"bert_{size}.gin").open():
        if line.startswith("TransformerEncoder."):
            name, value = line.split("#")[0].split("=")
            settings[name.strip().split(".")[1]] = eval(value)
    # Weights are counted from two small networks: layers are all alike.
    counts = [
        networks.TransformerEncoder(
            30_522, **{**settings, "num_layers": layers}
        ).count_params()
        for layers in (1, 2)
    ]
    layer = counts[1] - counts[0]
    count = counts[0] + (settings["num_layers"] - 1) * layer
    assert count / 1e6 == pytest.approx(millions, abs=0.06)
