"""How processes follow the generation number: woken by Redis, by looking, and with faults on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from kernel.addons import processes, state
from kernel.addons.gate import Gate, GateChange
from kernel.addons.models import Process
from kernel.db import session, transaction
from kernel.runtime import Platform
from tests.processes import MakePlatform

SECONDS = 20
NO_REDIS = "redis://127.0.0.1:1/0"


class Follower:
    """A watching gate, and a way to wait until it has seen a generation."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._seen = threading.Condition()
        platform.gate.on_change(self._note)
        self._thread = platform.gate.watch()

    def _note(self, change: GateChange) -> None:
        with self._seen:
            self._seen.notify_all()

    def wait_for(self, generation: int) -> bool:
        with self._seen:
            return self._seen.wait_for(lambda: self.platform.gate.generation == generation, SECONDS)

    def end(self) -> None:
        self.platform.gate.stop()
        with self.platform.app.app_context():
            state.wake_everybody()
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()


def raised(platform: Platform) -> int:
    """Raise the generation as an operator's command does; the new one."""
    with platform.app.app_context():
        state.raise_generation(boot=False)
        return state.read().live


def test_redis_wakes_a_process_that_would_not_look_for_an_hour(make_platform: MakePlatform, redis_url: str) -> None:
    follower = Follower(make_platform(redis_url=redis_url, poll_seconds=3600.0))
    try:
        platform = follower.platform
        channel = f"{platform.settings.redis_prefix}generation"
        listening = threading.Event()
        while dict(platform.redis.pubsub_numsub(channel)).get(channel.encode()) != 1:
            assert not listening.wait(0.01)
        assert follower.wait_for(raised(platform))
    finally:
        follower.end()


def test_without_redis_a_process_looks_for_itself(make_platform: MakePlatform) -> None:
    follower = Follower(make_platform(redis_url=NO_REDIS))
    try:
        assert follower.wait_for(raised(follower.platform))
        assert follower.wait_for(raised(follower.platform))
    finally:
        follower.end()


def test_a_failing_look_is_not_the_last(make_platform: MakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    platform, failed = make_platform(redis_url=NO_REDIS), threading.Event()
    refresh = Gate.refresh

    def fail_once(gate: Gate) -> None:
        if not failed.is_set():
            failed.set()
            raise OperationalError("SELECT 1", {}, Exception("the database is away"))
        refresh(gate)

    monkeypatch.setattr(Gate, "refresh", fail_once)
    follower = Follower(platform)
    try:
        assert follower.wait_for(raised(platform))
        assert failed.is_set()
    finally:
        follower.end()


def test_a_process_is_listed_while_it_follows(make_platform: MakePlatform) -> None:
    platform = make_platform(redis_url=NO_REDIS)
    beaten = threading.Event()
    platform.gate.on_poll(beaten.set)
    follower = Follower(platform)
    assert follower.wait_for(raised(platform))
    generation, alive = raised(platform), list[Process]()
    assert follower.wait_for(generation)
    deadline = threading.Event()
    while not [process for process in alive if process.live == generation]:
        assert not deadline.wait(0.01)
        session().expire_all()
        alive = processes.alive()
    assert [(process.role, process.boot) for process in alive] == [("web", platform.gate.loaded_generation)]
    assert beaten.is_set()
    follower.end()
    session().expire_all()
    assert processes.alive() == []


def test_signing_off_without_a_database_ends_the_watcher_all_the_same(
    make_platform: MakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(heartbeat: processes.Heartbeat) -> None:
        raise OperationalError("DELETE", {}, Exception("the database is away"))

    monkeypatch.setattr(processes.Heartbeat, "end", away)
    follower = Follower(make_platform(redis_url=NO_REDIS))
    assert follower.wait_for(raised(follower.platform))
    follower.end()  # an error that left the thread would fail this test as a warning


def test_one_failing_callback_keeps_neither_the_others_nor_the_gate(make_platform: MakePlatform) -> None:
    platform, told = make_platform(), list[Any]()

    def fails(change: GateChange) -> None:
        raise RuntimeError("one's own fault")

    platform.gate.on_change(fails)
    platform.gate.on_change(lambda change: told.append(change.generation))
    generation = raised(platform)
    platform.gate.refresh()
    assert (platform.gate.generation, told) == (generation, [generation])


def test_a_process_asks_once_for_each_change_of_what_is_installed(make_platform: MakePlatform) -> None:
    platform, asked = make_platform(), list[int]()
    recycle: Callable[[], None] = lambda: asked.append(platform.gate.boot_generation)  # noqa: E731 - typed so
    platform.gate.on_recycle(recycle)
    platform.gate.refresh()
    assert (asked, platform.gate.behind) == ([], False)
    for times in (1, 2):
        with transaction():
            state.raise_generation(boot=True)
        platform.gate.refresh()
        platform.gate.refresh()
        assert (len(asked), platform.gate.behind) == (times, True)
