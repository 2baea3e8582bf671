"""Connects to a TPU."""

import os
import socket
import urllib.error
import urllib.request

import tensorflow as tf


def connect_tpu(name: str | None) -> tf.distribute.TPUStrategy:
    """Connects to a TPU, or raises at once if there is none.

    Args:
        name: The TPU's name or address; `local` or None for this machine's.

    Raises:
        ValueError: If there is none, or TensorFlow has no TPU build.
    """
    major, minor = map(int, tf.__version__.split(".")[:2])
    if (major, minor) > (2, 20):
        raise ValueError(
            "TensorFlow has no TPU build after 2.20: install tensorflow-tpu "
            f"2.20. Received: TensorFlow {tf.__version__}."
        )
    name = "local" if name is None else name
    if name.startswith("grpc://"):
        _require_listener(name)
    elif name != "local":
        _require_cloud(name)
    elif (
        not tf.config.list_physical_devices("TPU")
        and not os.path.exists("/dev/accel0")
        and not os.path.exists("/dev/vfio/0")
    ):
        raise ValueError(f"This machine has no TPU. Received: tpu={name!r}.")
    resolver = tf.distribute.cluster_resolver.TPUClusterResolver(name)
    tf.config.experimental_connect_to_cluster(resolver)
    tf.tpu.experimental.initialize_tpu_system(resolver)
    return tf.distribute.TPUStrategy(resolver)


def _require_listener(address, seconds=5):
    host, _, port = address.removeprefix("grpc://").rpartition(":")
    try:
        socket.create_connection((host, int(port)), seconds).close()
    except (OSError, ValueError) as error:
        raise ValueError(
            f"No TPU answers at this address. Received: tpu={address!r} "
            f"({error})."
        ) from error


def _require_cloud(name, seconds=5):
    """Requires Google Cloud, where TPUs have names."""
    url = "http://metadata.google.internal/computeMetadata/v1/"
    request = urllib.request.Request(url, headers={"Metadata-Flavor": "Google"})
    try:
        urllib.request.urlopen(request, timeout=seconds).close()
    except (OSError, urllib.error.URLError) as error:
        raise ValueError(
            "A TPU's name is known only on Google Cloud, where this machine is "
            f"not. Received: tpu={name!r} ({error})."
        ) from error
