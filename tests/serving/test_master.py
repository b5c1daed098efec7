"""The master against real processes: it starts, replaces, restarts and ends its children, whatever they do."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.serving.conftest import SECONDS, RunningMaster, eventually

Start = Callable[..., RunningMaster]


def ask(port: int, path: str = "/") -> int:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
        connection.request("GET", path)
        return int(connection.getresponse().read())


class Client(threading.Thread):
    """Asks again and again on one kept connection; a kept connection that was closed may be replaced once."""

    def __init__(self, port: int, path: str = "/") -> None:
        super().__init__(daemon=True)
        self.port, self.path = port, path
        self.pids: list[int] = []
        self.lost = 0
        self.retried = 0
        self.enough = threading.Event()

    def note(self, body: bytes) -> None:
        self.pids.append(int(body))

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        fresh = True
        while not self.enough.is_set():
            try:
                connection.request("GET", self.path)
                answer = connection.getresponse()
                self.note(answer.read())
                fresh = answer.will_close
                self.enough.wait(0.005)  # a busy loop would take the processor from the servers
            except (OSError, http.client.HTTPException):
                self.lost += fresh
                self.retried += not fresh
                connection.close()
                fresh = True
        connection.close()


def test_ctrl_c_ends_every_child_and_the_pid_file(start_master: Start, tmp_path: Path) -> None:
    master = start_master("web", "idle", "idle").wait_ready()
    children = master.children()
    assert len(children) == 3
    master.signal(signal.SIGINT)
    assert master.process.wait(SECONDS) == 0
    assert not any(child.is_running() for child in children)
    assert list((tmp_path / "run").iterdir()) == []


def test_a_killed_master_takes_its_children_along(start_master: Start) -> None:
    master = start_master("web", "idle").wait_ready()
    children = master.children()
    master.signal(signal.SIGKILL)
    master.process.wait(SECONDS)
    gone, alive = psutil.wait_procs(children, SECONDS)
    assert len(gone) == 2
    assert alive == []


@pytest.mark.parametrize("kind", ["web", "threads"])
def test_hup_under_load_loses_no_request(start_master: Start, kind: str) -> None:
    master = start_master(kind).wait_ready()
    clients = [Client(master.port) for _ in range(6)] + [Client(master.port, "/slow") for _ in range(2)]
    for client in clients:
        client.start()
    pids = set()
    for _ in range(3):
        before = ask(master.port)
        pids.add(before)
        master.signal(signal.SIGHUP)
        eventually(lambda before=before: ask(master.port) != before, "an answer of the successor")
        eventually(lambda: len(master.children()) == 1, "the end of the old one")
    for client in clients:
        client.enough.set()
        client.join(SECONDS)
    assert [client.lost for client in clients] == [0] * len(clients)
    assert {pid for client in clients for pid in client.pids} >= pids
    assert sum(client.retried for client in clients) <= len(clients)
    assert master.end() == 0


def test_clients_hear_close_before_the_old_process_goes(start_master: Start) -> None:
    master = start_master("web").wait_ready()
    connection = http.client.HTTPConnection("127.0.0.1", master.port, timeout=10)
    first = master.starts("web")[0][0]

    def heard_close() -> bool:
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert int(answer.read()) == first
        return answer.will_close

    assert not heard_close()
    master.signal(signal.SIGHUP)
    eventually(heard_close, "an answer of the old one that closes")
    eventually(lambda: ask(master.port) != first, "an answer of the successor")


def test_a_child_that_asks_for_it_is_replaced_once(start_master: Start) -> None:
    master = start_master("web", "idle").wait_ready()
    first = ask(master.port, "/recycle")
    eventually(lambda: ask(master.port) != first, "a successor")
    eventually(lambda: len(master.starts("idle")) == 2, "a successor of the other child")
    eventually(lambda: len(master.children()) == 2, "the end of the old ones")
    assert len(master.starts("web")) == 2


def test_a_crashing_child_is_started_again_with_growing_pauses(start_master: Start) -> None:
    master = start_master("web", "crashing")
    eventually(lambda: len(master.starts("crashing")) >= 4, "four starts")
    moments = [moment for _, moment in master.starts("crashing")[:4]]
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert pauses[0] >= 0.45
    assert pauses[2] > pauses[1] > pauses[0]
    assert len(master.starts("web")) == 1
    assert master.end() == 0


def test_a_killed_child_comes_back(start_master: Start) -> None:
    master = start_master("web").wait_ready()
    first = ask(master.port)
    psutil.Process(first).kill()
    assert ask(master.port) != first, "the socket is the master's, so the request waits for the next process"


def test_a_child_that_refuses_ends_the_master(start_master: Start) -> None:
    assert start_master("web", "refusing").process.wait(SECONDS) == 1


def test_a_resting_child_stays_away_until_the_next_change(start_master: Start) -> None:
    master = start_master("web", "resting").wait_ready()
    eventually(lambda: len(master.children()) == 1, "the end of the resting child")
    master.signal(signal.SIGHUP)
    eventually(lambda: len(master.starts("resting")) == 2, "a new look")


def test_a_stubborn_child_is_killed_when_its_time_is_up(start_master: Start) -> None:
    master = start_master("web", "stubborn").wait_ready()
    stubborn = psutil.Process(master.starts("stubborn")[0][0])
    master.signal(signal.SIGTERM)
    assert master.process.wait(SECONDS) == 0
    assert not stubborn.is_running()


def test_a_second_ctrl_c_ends_at_once(start_master: Start) -> None:
    master = start_master("idle", "deaf").wait_ready()
    deaf = psutil.Process(master.starts("deaf")[0][0])
    master.signal(signal.SIGINT)
    eventually(lambda: len(master.children()) == 1, "the end of the child that listens")
    assert deaf.is_running()
    master.signal(signal.SIGINT)
    assert master.process.wait(SECONDS / 2) == 0
    assert not deaf.is_running()
