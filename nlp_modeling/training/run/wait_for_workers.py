"""Waits until all workers are there."""

import logging
import socket
import time
from collections.abc import Sequence

_logger = logging.getLogger(__name__)


def wait_for_workers(
    hosts: Sequence[str], index: int, timeout: float, every: float = 10
) -> None:
    """Waits until all workers are there, and says for whom.

    TensorFlow itself waits up to an hour without a word. Call it just before
    TensorFlow listens at this worker's port: until then this does.

    Args:
        hosts: `host:port` of every worker.
        index: Which of them this process is.
        timeout: The longest wait, in seconds.
        every: Seconds between two log lines.

    Raises:
        ConnectionError: Naming the workers that did not come.
        OSError: If this worker's port is taken.
    """
    missing = {host: "" for i, host in enumerate(hosts) if i != index}
    began = said = time.monotonic()
    with socket.create_server(("", _address(hosts[index])[1])):
        while missing := {h: e for h in missing if (e := _error(h))}:
            now = time.monotonic()
            names = ", ".join(f"{h} ({e})" for h, e in missing.items())
            if now - began > timeout:
                raise ConnectionError(
                    f"All workers must start within {timeout:g} s "
                    f"(--worker_timeout). Received no answer of: {names}."
                )
            if now - said >= every or said == began:
                said = now
                _logger.info(
                    "Waiting for workers, %.0f s of %g s: %s.",
                    now - began,
                    timeout,
                    names,
                )
            time.sleep(0.2)


def _error(host):
    """Says why a worker does not answer; None if it does."""
    try:
        socket.create_connection(_address(host), timeout=5).close()
    except OSError as error:
        return error.strerror or str(error)


def _address(host):
    name, _, port = host.rpartition(":")
    return name.strip("[]"), int(port)
