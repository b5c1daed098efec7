"""Ending in good order, and going on through troubles of the relay's own."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kernel.clock import FrozenClock
from kernel.db import DatabaseAway, lease, new_id, session
from kernel.db.lease import Lease
from kernel.jobs import cron_process, workforce
from kernel.jobs.cron_process import Bell, run_cron
from kernel.jobs.relay import LEASE, Relay
from kernel.jobs.stopping import Stop
from kernel.runtime import platform
from tests.jobs.processes import SiteProcess, wait_until
from tests.jobs.site import MakeSite


def test_signals_ask_for_the_end_and_are_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    acted: list[bool] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        stop = Stop(lambda: False)
        with stop.on_signals(lambda: acted.append(True)):
            assert not stop
            os.kill(os.getpid(), number)
            stop.wait(10)
            assert stop
    assert acted == [True, True]
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("role", ["worker", "cron"])
def test_a_process_ends_by_itself_when_told(make: MakeSite, tmp_path: Path, redis_url: str, role: str) -> None:
    database = f"sqlite:///{tmp_path / 'site.db'}"
    settings = {"database_url": database, "redis_url": redis_url, "redis_prefix": "stop:"}
    app = make(**settings)
    process = SiteProcess(role, settings)
    process.start()

    def leases() -> int:
        with app.app_context():
            return len(session().scalars(select(Lease.name)).all())

    try:
        wait_until(lambda: leases() == 1)
    finally:
        code = process.end(signal.SIGTERM)
    assert (code, leases()) == (0, 0)


class Troubled:
    """A relay whose turns fail in each way and which then asks for the end."""

    def __init__(self) -> None:
        self.turns: list[Any] = [DatabaseAway(), ValueError("a bug"), False]

    def turn(self) -> bool:
        turn = self.turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return bool(turn)

    def end(self) -> None:
        raise DatabaseAway


def test_the_cron_process_survives_whatever_a_turn_raises(make: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    relay = Troubled()
    monkeypatch.setattr(cron_process, "Relay", lambda: relay)
    monkeypatch.setattr(cron_process, "_PAUSE_SECONDS", 0.01)
    run_cron(make(), should_stop=lambda: not relay.turns)
    assert relay.turns == []


def test_only_the_leader_works(site: Flask, clock: FrozenClock) -> None:
    other = new_id()
    lease.acquire(LEASE, other, seconds=10)
    relay = Relay()
    assert not relay.turn()
    assert not relay._leads
    relay.end()
    clock.tick(11)
    relay.turn()
    assert relay._leads
    relay.end()
    assert lease.acquire(LEASE, other, seconds=10)


def test_the_bell_rings_once_for_many_rings(make: MakeSite, redis_url: str) -> None:
    with make(redis_url=redis_url).app_context():
        bell, stop = Bell(), Stop(lambda: False)
        bell.wait(1, stop)
        for _ in range(5):
            platform.events.wake_relay()
        bell.wait(10, stop)
        assert bell._subscribed().get_message(timeout=0) is None
        bell.close()
        bell.close()


def test_without_redis_the_bell_is_a_clock_and_wakers_do_not_wait_again(make: MakeSite) -> None:
    with make().app_context(), FrozenClock() as clock:
        bell = Bell()
        bell.wait(0.01, Stop(lambda: False))
        platform.events.wake_relay()
        silent_until = platform.events._silent_until
        assert silent_until > clock.monotonic()
        platform.events.wake_relay()
        assert platform.events._silent_until == silent_until


def test_a_worker_leaves_even_when_the_database_is_away(make: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> bool:
        raise DatabaseAway

    with make().app_context():
        mine = platform.jobs.workforce
        monkeypatch.setattr(workforce.lease, "acquire", away)
        monkeypatch.setattr(workforce.lease, "release", away)
        mine._seconds = 0.03
        thread = mine.keep()
        thread.join(0.1)
        assert thread.is_alive()
        mine.leave()
        thread.join(10)
        assert not thread.is_alive()
