"""From publish to effect, without processes: drained in place."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from addon_sdk.testing.draining import collected_messages, deliver_messages, drain
from kernel.addons.inbox import problems
from kernel.clock import FrozenClock
from kernel.db import session, transaction
from kernel.events import deliver, publish
from kernel.events.dispatch import dispatch_deliveries
from kernel.events.fanout import fan_out
from kernel.events.models import Delivery, EventRow
from kernel.jobs.inspection import dead_letters
from kernel.runtime import platform
from tests.jobs.shop import Priced, Sold, effects, most_doubled
from tests.jobs.site import switch, without


def states(subscriber: str) -> list[str]:
    query = select(Delivery.state).where(Delivery.subscriber == f"tests.{subscriber}").order_by(Delivery.event_id)
    return list(session().scalars(query))


def test_each_subscriber_gets_each_event_once_and_in_order(site: Flask) -> None:
    for number in range(120):
        publish(Sold(number))
    drain()
    drain()
    assert effects("booked") == effects("told") == [str(number) for number in range(120)]


def test_an_event_of_a_rolled_back_transaction_never_was(site: Flask) -> None:
    def fail_after_publishing() -> None:
        with transaction():
            publish(Sold(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_publishing()
    drain()
    assert session().scalars(select(EventRow.id)).all() == []


def test_both_versions_are_sent_while_the_new_one_names_the_old(site: Flask) -> None:
    publish(Priced(5, "IRR"))
    drain()
    assert effects("priced 1") == ["5"]
    assert effects("priced 2") == ["5 IRR"]


def test_a_handler_may_publish(site: Flask) -> None:
    publish(Sold(7, note="publish"))
    drain()
    assert effects("priced 2") == ["7 IRR"]


def test_a_failing_handler_leaves_nothing_and_takes_nobody_along(site: Flask) -> None:
    for number in range(40):
        publish(Sold(number, note="fail" if number == 20 else ""))
    drain()
    assert effects("told") == [str(number) for number in range(40) if number != 20]
    assert effects("booked") == [str(number) for number in range(40)]
    assert states("tell").count("failed") == 1


def test_a_failure_is_tried_again_later_each_time_and_ends_as_a_dead_letter(site: Flask) -> None:
    with FrozenClock() as clock:
        publish(Sold(1, note="fail"))
        waits = []
        while "dead" not in states("tell"):
            assert drain() or waits
            row = session().scalar(select(Delivery).where(Delivery.subscriber == "tests.tell"))
            waits.append((row.due_at - clock.now()).total_seconds())
            clock.tick(max(waits[-1], 0))
    assert waits[1] > waits[0] > 0
    [letter] = dead_letters()
    assert (letter.kind, letter.name, letter.attempts) == ("delivery", "tests.tell", 3)
    assert "ValueError: cannot tell 1" in (letter.error or "")
    assert letter.subject["payload"] == {"number": 1, "note": "fail"}
    [problem] = problems()
    assert (problem.kind, problem.key, problem.severity) == ("dead_letter", "tests.tell", "error")


def test_a_delivery_that_keeps_failing_is_a_warning_until_it_succeeds(site: Flask) -> None:
    def inbox() -> list[tuple[str, str, str, int]]:
        return [(problem.kind, problem.key, problem.severity, problem.count) for problem in problems()]

    publish(Sold(1, note="stumble"))
    publish(Sold(2))
    seen = []
    with FrozenClock() as clock:
        for _ in range(4):
            drain()
            seen.append(inbox())
            clock.tick(60)
        warning = ("failing_delivery", "tests.dawdle", "warning")
        assert seen == [[], [], [(*warning, 1)], [(*warning, 2)]]
        with transaction():
            session().execute(update(EventRow).values(payload={"number": 1, "note": ""}))
        drain()
    assert states("dawdle") == ["done", "done"]
    assert inbox() == []


def test_a_handler_that_ends_the_process_is_only_a_failure(site: Flask) -> None:
    publish(Sold(1, note="leave the process"))
    drain()
    assert states("tell") == ["failed"]


def test_a_slow_handler_is_stopped(site: Flask) -> None:
    publish(Sold(1, note="dawdle"))
    drain()
    assert effects("dawdled") == []
    row = session().scalar(select(Delivery).where(Delivery.subscriber == "tests.dawdle"))
    assert row.state == "failed"
    assert "exceeded maximum timeout value (1 seconds)" in row.error


def test_a_message_that_comes_twice_changes_nothing(site: Flask) -> None:
    publish(Sold(1))
    fan_out()
    with collected_messages() as collected:
        dispatch_deliveries()
    deliver_messages(collected.messages + collected.messages)
    assert effects("booked") == ["1"]
    assert most_doubled() == 1


def test_work_that_was_given_to_another_worker_is_left_to_it(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = deliver._claim

    def lose_what_was_claimed(*args: Any) -> Any:
        calls = claim(*args)
        with transaction():
            session().execute(update(Delivery).values(state="queued", worker=None))
        return calls

    publish(Sold(1))
    fan_out()
    with collected_messages() as collected:
        dispatch_deliveries()
    with monkeypatch.context() as patch:
        patch.setattr(deliver, "_claim", lose_what_was_claimed)
        deliver_messages(collected.messages)
    assert effects("booked") == []
    deliver_messages(collected.messages)
    assert effects("booked") == ["1"]


def test_events_wait_for_a_disabled_addon_or_pass_it_by(site: Flask) -> None:
    publish(Sold(1))
    switch(platform, on=False)
    drain()
    publish(Sold(2))
    drain()
    assert effects("booked") == []
    switch(platform, on=True)
    drain()
    assert effects("booked") == ["1", "2"]
    assert effects("told") == []


def test_an_event_that_nobody_hears_is_done_with(site: Flask) -> None:
    platform.events.forget_addon("tests")
    publish(Sold(1))
    assert drain() == 0
    assert session().scalar(select(EventRow.relayed_at)) is not None


@pytest.mark.parametrize("on", [True, False])
def test_a_relay_that_has_not_loaded_a_subscriber_yet_goes_by_its_addon(site: Flask, on: bool) -> None:
    switch(platform, on=on)
    publish(Sold(1))
    with without("subscriber", "tests.tell"):
        fan_out()
        assert dispatch_deliveries() == 0 or on
    switch(platform, on=True)
    drain()
    assert effects("told") == (["1"] if on else [])


def test_a_batch_that_arrives_after_disabling_goes_back(site: Flask) -> None:
    publish(Sold(1))
    fan_out()
    with collected_messages() as collected:
        dispatch_deliveries()
    switch(platform, on=False)
    deliver_messages(collected.messages)
    assert states("book") == ["queued"]
    switch(platform, on=True)
    drain()
    assert effects("booked") == ["1"]


def test_a_new_subscriber_gets_nothing_that_is_older(site: Flask, clock: FrozenClock) -> None:
    platform.events.forget_addon("tests")
    publish(Sold(1))
    clock.tick(1)
    platform.events.subscribe_addon("tests")
    publish(Sold(2))
    drain()
    assert effects("booked") == ["2"]
