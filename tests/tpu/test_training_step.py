"""The step of pretraining, compiled for TPU v5e chips: none is needed."""

import gc

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.compiler.tf2xla.ops import gen_xla_ops

from nlp_modeling import losses, optimization

pytest.importorskip("libtpu", reason="no TPU compiler; `make test-tpu` has it")
import jax  # noqa: E402

from tests.tpu.compile_for_tpu import (  # noqa: E402
    compile_for_tpu,
    host_transfers,
    lower,
    memory_of_a_chip,
)
from tests.tpu.pretraining_step import pretraining_step  # noqa: E402

V5E_BYTES = 16 * 2**30
MATRIX = tf.TensorSpec((8, 8), tf.float32)


@pytest.fixture(autouse=True)
def _forgotten_weights():
    """Frees a model before the next one, which may take gigabytes."""
    yield
    keras.utils.clear_session()
    gc.collect()


@pytest.mark.parametrize(
    "size, length, batch, optimizer, accumulation_steps",
    [
        ("base", 128, 32, optimization.AdamW, 1),
        ("base", 128, 64, optimization.LAMB, 2),
        ("base", 512, 16, optimization.AdamW, 1),
        ("large", 128, 32, optimization.LAMB, 1),
    ],
)
def test_four_chips_can_take_the_step(
    size, length, batch, optimizer, accumulation_steps
):
    program = lower(
        *pretraining_step(
            size, length, batch, optimizer, accumulation_steps, replicas=4
        )
    )
    assert not host_transfers(program)
    executable = compile_for_tpu(program, "v5e", replicas=4, fast=True)
    assert memory_of_a_chip(executable) < V5E_BYTES


@pytest.mark.parametrize("length", [128, 512])
def test_a_modern_encoder_and_packed_rows_compile(length):
    program = lower(*pretraining_step("tiny", length, 8, packed=True))
    assert not host_transfers(program)
    executable = compile_for_tpu(program, fast=True)
    assert memory_of_a_chip(executable) < V5E_BYTES


def test_orthogonal_steps_compile():
    step = pretraining_step("tiny", 128, 8, optimization.Muon)
    assert not host_transfers(lower(*step))
    compile_for_tpu(lower(*step), fast=True)


@pytest.mark.parametrize("optimizer", [optimization.AdamW, optimization.LAMB])
def test_weights_and_means_are_updated_in_place(optimizer):
    executable = compile_for_tpu(
        lower(*pretraining_step("tiny", 128, 8, optimizer)), fast=True
    )
    stats = executable.get_compiled_memory_stats()
    # What is not: the losses and the like, a few numbers.
    assert stats.alias_size_in_bytes > 50_000_000
    assert stats.output_size_in_bytes - stats.alias_size_in_bytes < 10_000


def test_dropout_draws_with_the_generator_of_the_chip():
    program = lower(*pretraining_step("tiny", 128, 8))
    assert "algorithm = DEFAULT" in program
    assert "PHILOX" not in program


def _with(operation):
    """A masked-LM loss that has one operation more."""
    loss = losses.weighted_sparse_categorical_crossentropy_per_example_loss
    return lambda labels, logits: operation(loss(labels, logits))


def test_what_a_tpu_cannot_run_is_refused_by_its_compiler():
    def transform(x):
        return tf.math.real(tf.signal.fft(tf.cast(x, tf.complex128)))

    program = lower(
        *pretraining_step("tiny", 128, 8, masked_lm_loss=_with(transform))
    )
    with pytest.raises(jax.errors.JaxRuntimeError, match="FFT: c128"):
        compile_for_tpu(program, fast=True)


def test_a_call_of_python_is_refused():
    def call(x):
        return x + tf.stop_gradient(tf.numpy_function(np.abs, [x], x.dtype))

    function, signature = pretraining_step(
        "tiny", 128, 8, masked_lm_loss=_with(call)
    )
    with pytest.raises(ValueError, match="PyFunc"):
        lower(function, signature)


def test_a_transfer_to_the_host_would_be_seen():
    def send(x):
        gen_xla_ops.xla_send(x, "name")
        return x

    assert host_transfers(lower(send, [MATRIX])) == ["stablehlo.send"]
    assert not host_transfers(lower(lambda x: tf.square(x), [MATRIX]))
