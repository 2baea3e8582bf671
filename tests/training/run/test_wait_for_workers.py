"""Workers are awaited by name, and not for ever."""

import socket
import threading

import pytest

from nlp_modeling.training.run.wait_for_workers import wait_for_workers


@pytest.fixture
def hosts():
    found = [socket.create_server(("localhost", 0)) for _ in range(3)]
    ports = [each.getsockname()[1] for each in found]
    for each in found:
        each.close()
    return [f"localhost:{port}" for port in ports]


def test_all_come(hosts):
    all_came = threading.Barrier(3, timeout=20)

    def work(index):
        wait_for_workers(hosts, index, 20)
        # As TensorFlow, which listens from here on.
        with socket.create_server(("", int(hosts[index].split(":")[1]))):
            all_came.wait()
        ended.append(index)

    ended = []
    threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(ended) == [0, 1, 2]


def test_those_who_do_not_come_are_named(hosts, caplog):
    caplog.set_level("INFO")
    with socket.create_server(("localhost", int(hosts[1].split(":")[1]))):
        with pytest.raises(ConnectionError) as raised:
            wait_for_workers([*hosts, "no.such.host:1"], 0, 0.3)
    for said in (str(raised.value), caplog.text):
        assert hosts[2] in said and "no.such.host:1" in said
        assert hosts[1] not in said
    assert "--worker_timeout" in str(raised.value)


def test_a_port_that_is_taken_is_an_error(hosts):
    with socket.create_server(("", int(hosts[0].split(":")[1]))):
        with pytest.raises(OSError, match="in use"):
            wait_for_workers(hosts, 0, 5)
