"""What operators see and do: lists, dead letters, replay, dropping, purging, and the commands for it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select, update

from addon_sdk.testing.draining import drain
from kernel.cli import session as cli_session
from kernel.cli.jobs import jobs as jobs_command
from kernel.clock import FrozenClock, now
from kernel.db import new_id, session, transaction
from kernel.db.lease import Lease
from kernel.errors import OperatorError
from kernel.events import publish
from kernel.events.maintenance import purge_finished_work
from kernel.events.models import Delivery, EventRow, Subscription
from kernel.jobs.dead_letters import drop, replay
from kernel.jobs.inspection import dead_letters, list_work
from kernel.jobs.models import JobRow
from kernel.jobs.purge import KEEP, KEEP_DEAD, purge
from kernel.runtime import platform
from tests.jobs import shop
from tests.jobs.shop import Sold, effects
from tests.jobs.site import without


@pytest.fixture
def cli(site: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(cli_session, "cli_app", lambda: site)

    def run(*args: str) -> Result:
        return CliRunner().invoke(jobs_command, args, catch_exceptions=False)

    return run


def make_dead_letters() -> None:
    """One job and one delivery, given up."""
    with FrozenClock() as clock:
        shop.leave_process.enqueue()
        publish(Sold(1, note="fail"))
        for _ in range(4):
            drain()
            clock.tick(60)


def count(model: Any) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def test_lists_are_paged_and_filtered(site: Flask) -> None:
    ids = [shop.greet.enqueue(name=str(number)) for number in range(5)]
    newest_first = [item.id for item in list_work("job")]
    assert newest_first == ids[::-1]
    page = list_work("job", limit=2)
    assert [item.id for item in list_work("job", after=page[-1].id, limit=2)] == [ids[2], ids[1]]
    assert list_work("job", states=("done",)) == []
    assert list_work("job", owner="market") == []


def test_replay_gives_all_tries_again(site: Flask) -> None:
    make_dead_letters()
    letters = dead_letters()
    assert {letter.kind for letter in letters} == {"job", "delivery"}
    assert dead_letters(owner="market") == []
    [delivery] = [letter for letter in letters if letter.kind == "delivery"]
    with transaction():
        session().execute(update(EventRow).values(payload={"number": 1, "note": ""}))
    assert replay([delivery.id, new_id()]) == 1
    drain()
    assert effects("told") == ["1"]
    assert replay(None, owner="market") == 0
    assert replay(None) == 1
    assert dead_letters() == []


def test_dropped_letters_are_gone(site: Flask) -> None:
    make_dead_letters()
    assert drop([]) == 0
    assert drop(None, owner="tests") == 2
    assert dead_letters() == []


def test_the_commands(cli: Any) -> None:
    make_dead_letters()
    listed = json.loads(cli("dead", "--json").output)
    assert {row["name"] for row in listed} == {"tests.leave_process", "tests.tell"}
    assert "SystemExit: 3" in cli("dead", "--addon", "tests").output
    assert "tests.leave_process" in cli("list", "--state", "dead").output
    assert "tests.book" in cli("list", "--kind", "delivery").output
    assert cli("replay", listed[0]["id"]).output == "1 queued again.\n"
    assert cli("drop", "--all").output == "1 dropped.\n"
    assert cli("drop", "--all", "--addon", "tests").output == "0 dropped.\n"
    assert json.loads(cli("dead", "--json").output) == []


def test_commands_say_what_is_missing(cli: Any) -> None:
    for args in (("replay",), ("drop", str(new_id()), "--all")):
        result = cli(*args)
        assert result.exit_code == 2
        assert "Name the ids, or use --all" in result.output
    with pytest.raises(OperatorError, match="none of these is a dead letter"):
        cli("replay", str(new_id()))


def test_finished_work_is_purged_after_a_while_and_waiting_work_never(site: Flask) -> None:
    make_dead_letters()
    publish(Sold(2))
    shop.greet.enqueue(name="Ali")
    drain()
    publish(Sold(3))
    waiting = shop.greet.enqueue(name="waits", delay=timedelta(days=1000))
    assert count(Lease) == 1
    purge_finished_work()
    assert count(Lease) == 1
    with FrozenClock(now() + KEEP + timedelta(hours=1)):
        purge()
        assert count(Lease) == 0
        assert {item.state for item in list_work("job", owner="tests")} == {"queued", "dead"}
        assert sorted(session().scalars(select(EventRow.payload["number"].as_integer()))) == [1, 3]
    with FrozenClock(now() + KEEP_DEAD + timedelta(hours=1)):
        purge()
        assert [item.id for item in list_work("job", owner="tests")] == [waiting]
        assert dead_letters() == []
        assert list(session().scalars(select(EventRow.payload["number"].as_integer()))) == [3]


def test_uninstalling_forgets_events_and_subscribers(site: Flask) -> None:
    publish(Sold(1))
    drain()
    publish(Sold(2))
    platform.events.forget_addon("tests")
    assert (count(Delivery), count(Subscription), count(EventRow)) == (0, 0, 1)


def test_an_upgrade_brings_subscriptions_up_to_the_code(site: Flask, clock: FrozenClock) -> None:
    publish(Sold(1))
    clock.tick(1)
    with transaction():
        session().execute(update(Subscription).where(Subscription.subscriber == "tests.book").values(version=9))
    with without("subscriber", "tests.tell"):
        platform.events.subscribe_addon("tests")
    drain()
    assert (effects("booked"), effects("told")) == ([], [])
    assert "tests.tell" not in session().scalars(select(Subscription.subscriber)).all()
    publish(Sold(2))
    drain()
    assert effects("booked") == ["2"]


def test_waiting_jobs_are_counted(site: Flask) -> None:
    shop.greet.enqueue(name="Ali")
    assert platform.jobs.count_waiting("tests") == 1
    drain()
    assert platform.jobs.count_waiting("tests") == 0
    assert count(JobRow) == 1
