"""Compiles a training step with the TPU compiler, on a machine without TPU."""

import os
import re

# The wheel `libtpu` holds the compiler, and JAX opens it without a device.
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["ALLOW_MULTIPLE_LIBTPU_LOAD"] = "1"  # There is no chip to share.
os.environ["TPU_SKIP_MDS_QUERY"] = "1"  # Asks no cloud for its metadata.
os.environ["TPU_ACCELERATOR_TYPE"] = "v5litepod-4"
os.environ["TPU_WORKER_HOSTNAMES"] = "localhost"

# These are JAX's own internals: they move between releases.
import jax._src.compiler  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from jax._src.interpreters import mlir  # noqa: E402
from jax._src.lib import xla_client  # noqa: E402
from jax.experimental import topologies  # noqa: E402
from jaxlib.mlir import ir  # noqa: E402

# Four chips each, as the compiler describes them. A chip of v4 has two cores,
# which a megacore makes one device of.
CHIPS = {
    "v5e": {"topology_name": "v5e:2x2"},
    "v4": {"topology_name": "v4:2x2x1", "chip_config_name": "megacore"},
    "v6e": {"topology_name": "v6e:2x2"},
}
_O0 = 9  # Of XLA's levels of effort: 9, 19, 29 and 39 are -O0 to -O3.
# Random numbers are Philox's on a CPU. On a TPU they are the chip's own
# generator's (tf2xla's `DefaultRngAlgForDeviceType`), whose state is shorter.
_TWO, _THREE = "tensor<2xui64>", "tensor<3xui64>"
_PHILOX = (
    r"(%\w+), (%\w+) = stablehlo\.rng_bit_generator (%\w+), "
    rf"algorithm = +PHILOX : \({_THREE}\) -> \({_THREE}, (tensor<\w+>)\)"
)
_OWN_GENERATOR = "\n".join(
    [
        rf"\1_own = stablehlo.slice \3 [0:2] : ({_THREE}) -> {_TWO}",
        rf"\1_rest = stablehlo.slice \3 [2:3] : ({_THREE}) -> tensor<1xui64>",
        r"\1_next, \2 = stablehlo.rng_bit_generator \1_own, "
        rf"algorithm = DEFAULT : ({_TWO}) -> ({_TWO}, \4)",
        r"\1 = stablehlo.concatenate \1_next, \1_rest, dim = 0 : "
        rf"({_TWO}, tensor<1xui64>) -> {_THREE}",
    ]
)


def lower(function, signature) -> str:
    """The program of a function, in StableHLO, before any compiler saw it.

    Variables that the function reads become arguments, those that it writes
    results that share the memory of their argument.

    Args:
        function: Takes tensors.
        signature: A tf.TensorSpec of static shape for each of them.
    """
    function = tf.function(function, jit_compile=True, autograph=False)
    # As for a CPU, but for random numbers: TensorFlow's CPU wheel knows no
    # kernel for a TPU. What a TPU cannot run, its compiler refuses.
    program = function.experimental_get_compiler_ir(*signature)(
        stage="hlo_serialized", platform_name="CPU"
    )
    text = xla_client._xla.mlir.xla_computation_to_mlir_module(
        xla_client.XlaComputation(program)
    )
    # Results are copied from what they are, which StableHLO has no word for.
    text = re.sub(
        r"mhlo\.copy (%\w+) : (tensor<.*?>)",
        r"stablehlo.reshape \1 : (\2) -> \2",
        text,
    )
    return re.sub(_PHILOX, _OWN_GENERATOR, text)


def host_transfers(program: str) -> list[str]:
    """The operations of a program that leave the chip, or may."""
    return re.findall(
        r"stablehlo\.(?:infeed|outfeed|send|recv|custom_call)\b", program
    )


def compile_for_tpu(
    program: str,
    chip: str = "v5e",
    replicas: int = 1,
    fast: bool = False,
):
    """The executable of a program for one chip, or for several at once.

    Args:
        program: StableHLO, as `lower` gives it.
        chip: One of `CHIPS`.
        replicas: On how many of the four it runs at once.
        fast: Whether to optimize less, for a quarter of the time.

    Raises:
        jax.errors.JaxRuntimeError: If a TPU cannot run it, or has not enough
            memory for it.
    """
    chips = topologies.get_topology_desc(platform="tpu", **CHIPS[chip]).devices[
        :replicas
    ]
    options = jax._src.compiler.get_compile_options(replicas, 1)
    options.device_assignment = xla_client.DeviceAssignment.create(
        np.array([[chip.id] for chip in chips])
    )
    if fast:
        options.executable_build_options.optimization_level = _O0
    with mlir.make_ir_context():
        return chips[0].client.compile(
            ir.Module.parse(program),
            executable_devices=xla_client.DeviceList(tuple(chips)),
            compile_options=options,
        )


def memory_of_a_chip(executable) -> int:
    """The bytes that a program takes on a chip: weights, work and code."""
    stats = executable.get_compiled_memory_stats()
    return (
        stats.argument_size_in_bytes
        + stats.output_size_in_bytes
        - stats.alias_size_in_bytes
        + stats.temp_size_in_bytes
        + stats.generated_code_size_in_bytes
    )
