"""Crons: each slot once, however many runners look at the clock."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from addon_sdk.testing.draining import drain
from kernel.addons.inbox import problems
from kernel.clock import FrozenClock
from kernel.db import session, transaction
from kernel.jobs import Cron, clockwork
from kernel.jobs.clockwork import enqueue_due_crons
from kernel.jobs.inspection import list_work
from kernel.jobs.models import CronState, JobRow
from kernel.jobs.schedule import Expression
from kernel.runtime import platform
from tests.jobs.shop import effects
from tests.jobs.site import switch


def ticks() -> int:
    return len(effects("ticked"))


def run() -> None:
    enqueue_due_crons()
    drain()


def test_a_new_cron_waits_for_its_next_slot(site: Flask) -> None:
    with FrozenClock() as clock:
        run()
        assert ticks() == 0
        for expected in (1, 2, 3):
            clock.tick(1)
            run()
            run()
            assert ticks() == expected


def test_missed_slots_are_made_up_for_once(site: Flask) -> None:
    with FrozenClock() as clock:
        run()
        clock.tick(500)
        run()
        run()
        assert ticks() == 1
        clock.tick(1)
        run()
        assert ticks() == 2


def test_a_run_that_is_still_going_on_is_not_doubled(site: Flask) -> None:
    with FrozenClock() as clock:
        enqueue_due_crons()
        for _ in range(5):
            clock.tick(1)
            enqueue_due_crons()
        drain()
        assert ticks() == 1
        run()
        assert ticks() == 2


def test_a_disabled_addons_crons_stand_still(site: Flask) -> None:
    with FrozenClock() as clock:
        run()
        switch(platform, on=False)
        clock.tick(10)
        run()
        assert list_work("job", owner="tests") == []
        switch(platform, on=True)
        run()
        assert ticks() == 1


def test_two_runners_never_double(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have seen that the slot is due before either takes it."""
    meet = threading.Barrier(2, timeout=20)
    going_on = clockwork._is_going_on

    def both_look(cron: object) -> bool:
        answer = going_on(cron)  # type: ignore[arg-type]  # passed through
        meet.wait()
        return answer

    results: list[int] = []

    def runner() -> None:
        with site.app_context():
            results.append(enqueue_due_crons())

    with FrozenClock() as clock:
        enqueue_due_crons()
        clock.tick(1)
        monkeypatch.setattr(clockwork, "_is_going_on", both_look)
        threads = [threading.Thread(target=runner) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert sorted(results) == [0, 1]
    slots = session().scalars(select(JobRow.slot).where(JobRow.name == "tests.tick")).all()
    assert len(slots) == 1


def test_a_cron_that_never_comes_does_not_stop_the_others(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    tick = platform.registry.find("cron", "tests.tick")
    nightly = platform.registry.find("cron", "tests.nightly")
    assert tick is not None
    assert nightly is not None
    never = Cron(nightly.value.job, Expression("0 0 31 2 *"))
    crons = [replace(nightly, value=never), tick]
    monkeypatch.setitem(platform.registry._by_kind, "cron", crons)
    with FrozenClock() as clock:
        run()
        clock.tick(1)
        run()
    assert ticks() == 1
    [problem] = problems()
    assert (problem.kind, problem.key) == ("cron", "tests.nightly")


def test_a_clock_that_was_wrong_is_forgiven(site: Flask) -> None:
    with FrozenClock() as clock:
        run()
        with transaction():
            session().execute(update(CronState).values(last_slot=clock.now() + timedelta(days=400)))
        run()
        assert ticks() == 0
        clock.tick(1)
        run()
        assert ticks() == 1
