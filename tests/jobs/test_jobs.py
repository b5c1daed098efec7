"""Jobs from enqueue to their end, without processes: drained in place."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from addon_sdk.testing.draining import collected_messages, deliver_messages, drain
from kernel.addons.inbox import problems
from kernel.clock import FrozenClock, now
from kernel.context import set_request_id
from kernel.db import session, transaction
from kernel.errors import NotFound
from kernel.i18n import set_locale
from kernel.jobs import Outcome, current_job_id, perform, progress, report_progress
from kernel.jobs.dispatch import dispatch_jobs
from kernel.jobs.inspection import dead_letters, job_status, list_work
from kernel.jobs.models import JobRow
from kernel.jobs.parking import park_standing, resume_parked
from kernel.runtime import platform
from tests.jobs import shop
from tests.jobs.shop import effects, most_doubled
from tests.jobs.site import switch, without


def state(job_id: UUID) -> str:
    return job_status(job_id).state


def test_a_job_is_called_like_a_function(site: Flask) -> None:
    assert shop.greet("Ali") == "hello Ali"


def test_a_job_runs_once_and_is_done(site: Flask) -> None:
    job_id = shop.greet.enqueue(name="Ali")
    assert state(job_id) == "queued"
    drain()
    drain()
    assert (state(job_id), effects("greeted")) == ("done", ["Ali"])


def test_a_job_of_a_rolled_back_transaction_never_was(site: Flask) -> None:
    def fail_after_enqueueing() -> None:
        with transaction():
            shop.greet.enqueue(name="Ali")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_enqueueing()
    assert list_work("job") == []
    with pytest.raises(NotFound):
        job_status(uuid4())


def test_its_id_is_sent_only_after_the_commit(site: Flask) -> None:
    with collected_messages() as collected:
        with transaction():
            job_id = shop.greet.enqueue(name="Ali")
            assert collected.messages == []
        assert [message.args for message in collected.messages] == [(str(job_id),)]


@pytest.mark.parametrize(
    ("args", "rule"),
    [
        ({"nam": "Ali"}, "missing a required argument: 'name'"),
        ({"name": "Ali", "loud": True}, "unexpected keyword argument 'loud'"),
        ({"name": uuid4()}, "argument 'name': UUID is not JSON"),
        ({"name": float("nan")}, "no number that JSON knows"),
        ({"name": [1, {"a": "\0"}]}, r"argument 'name'\[1\]\['a'\]: text must not contain NUL"),
        ({"name": {1: 2}}, "key 1 must be text"),
    ],
)
def test_arguments_are_checked_when_enqueued(site: Flask, args: dict[str, Any], rule: str) -> None:
    with pytest.raises(TypeError, match=rule):
        shop.greet.enqueue(**args)


def test_a_later_job_waits_for_its_time(site: Flask) -> None:
    with FrozenClock() as clock:
        first = shop.greet.enqueue(name="later", delay=60)
        second = shop.greet.enqueue(name="latest", at=now() + timedelta(minutes=1), delay=timedelta(minutes=1))
        drain()
        assert effects("greeted") == []
        clock.tick(60)
        drain()
        assert (state(first), state(second)) == ("done", "queued")
        clock.tick(60)
        drain()
    assert effects("greeted") == ["later", "latest"]
    with pytest.raises(ValueError, match="with a time zone"):
        shop.greet.enqueue(name="x", at=datetime(2030, 1, 1))


def test_a_failing_job_is_tried_again_and_then_dead(site: Flask) -> None:
    with FrozenClock() as clock:
        job_id = shop.greet.enqueue(name="Ali", fail=True)
        seen = []
        while state(job_id) != "dead":
            drain()
            seen.append(state(job_id))
            clock.tick(10)
    assert seen == ["failed", "failed", "dead"]
    assert effects("greeted") == ["Ali"] * 3
    [letter] = dead_letters()
    assert (letter.id, letter.subject, letter.attempts) == (job_id, {"name": "Ali", "fail": True}, 3)
    assert "no greeting for Ali" in (letter.error or "")
    [problem] = problems()
    assert (problem.addon, problem.kind, problem.key, problem.severity) == (
        "tests",
        "failed_job",
        "tests.greet",
        "error",
    )


def test_a_job_that_keeps_failing_is_a_warning_until_it_succeeds(site: Flask) -> None:
    job_id, seen = shop.falter.enqueue(until=4), []
    with FrozenClock() as clock:
        while state(job_id) != "done":
            drain()
            seen.append([(problem.kind, problem.severity, problem.count) for problem in problems()])
            clock.tick(60)
    assert seen == [[], [], [("failing_job", "warning", 1)], [("failing_job", "warning", 2)], []]
    [over] = problems(dismissed=True)
    assert (over.key, over.dismissed_by) == ("tests.falter", None)
    assert over.message == "tests.falter failed 4 times, at last with ValueError: not yet"


def test_a_warning_becomes_an_error_when_the_job_is_given_up(site: Flask) -> None:
    job_id = shop.falter.enqueue(until=99)
    with FrozenClock() as clock:
        while state(job_id) != "dead":
            drain()
            clock.tick(120)
    assert [(problem.kind, problem.severity) for problem in problems()] == [("failed_job", "error")]
    assert [problem.kind for problem in problems(dismissed=True)] == ["failing_job"]


def test_a_transactional_job_that_fails_leaves_nothing(site: Flask) -> None:
    good, bad = shop.count_in.enqueue(number=1), shop.count_in.enqueue(number=2, fail=True)
    drain()
    assert (state(good), state(bad), effects("counted")) == ("done", "failed", ["1"])


def test_a_job_that_ends_the_process_is_only_a_failure(site: Flask) -> None:
    job_id = shop.leave_process.enqueue()
    drain()
    assert state(job_id) == "dead"


def test_a_job_is_stopped_after_its_timeout(site: Flask) -> None:
    job_id = shop.sleep_long.enqueue()
    drain()
    assert state(job_id) == "dead"
    assert "exceeded maximum timeout value (1 seconds)" in (job_status(job_id).error or "")


def test_a_unique_job_waits_once(site: Flask) -> None:
    first = shop.recount.enqueue(shelf="a")
    assert shop.recount.enqueue(shelf="a") == first
    other = shop.recount.enqueue(shelf="b")
    assert other != first
    drain()
    assert effects("recounted") == ["a", "b"]
    assert shop.recount.enqueue(shelf="a") != first


def test_a_job_runs_as_its_addon_for_its_request_in_its_language(site: Flask) -> None:
    set_request_id("request-7")
    with set_locale("en"):
        shop.show_surroundings.enqueue()
    set_request_id(None)
    drain()
    assert effects("surroundings") == ["tests request-7 en"]


def test_it_carries_the_version_that_enqueued_it(site: Flask) -> None:
    job_id = shop.greet.enqueue(name="Ali")
    assert session().scalar(select(JobRow.addon_version).where(JobRow.id == job_id)) == "1.2"
    assert platform.jobs.version_of("kernel")
    assert platform.jobs.version_of("nobody") == ""


def test_progress_can_be_read(site: Flask) -> None:
    job_id = shop.climb.enqueue(steps=50)
    drain()
    assert job_status(job_id).progress == (50, 50)
    report_progress(1, 2)
    assert current_job_id() is None


def test_reports_that_come_too_soon_are_left_out(site: Flask) -> None:
    job_id = shop.climb.enqueue(steps=1)
    with FrozenClock() as clock, progress.running_job(job_id):
        assert current_job_id() == job_id
        for done in (1, 2, 3):
            report_progress(done, 10)
            clock.tick(0.3)
        assert job_status(job_id).progress == (3, 10)


def test_a_disabled_addons_jobs_are_parked_and_resumed(site: Flask) -> None:
    with collected_messages() as collected:
        sent = shop.greet.enqueue(name="sent")
    switch(platform, on=False)
    waiting = shop.greet.enqueue(name="waiting")
    later = shop.greet.enqueue(name="later", delay=60)
    deliver_messages(collected.messages)
    assert job_status(sent).parked_reason == "addon_disabled"
    drain()
    assert (state(waiting), state(later)) == ("parked", "queued")
    assert park_standing()
    assert state(later) == "parked"
    assert platform.jobs.count_waiting("tests") == 3
    assert effects("greeted") == []
    switch(platform, on=True)
    assert resume_parked()
    assert job_status(sent).parked_reason is None
    drain()
    assert sorted(effects("greeted")) == ["sent", "waiting"]


def test_a_job_without_code_is_parked_with_the_reason(site: Flask) -> None:
    job_id = shop.greet.enqueue(name="Ali")
    with without("job", "tests.greet"):
        drain()
        assert job_status(job_id).parked_reason == "job_unknown"
        loaded = platform.registry.loaded.pop("tests")
        resume_parked()
        with transaction():
            session().execute(update(JobRow).values(state="queued"))
        drain()
        assert job_status(job_id).parked_reason == "addon_missing"
        platform.registry.loaded["tests"] = loaded
    drain()
    assert state(job_id) == "done"


def test_a_message_that_comes_twice_or_for_nothing_changes_nothing(site: Flask) -> None:
    with collected_messages() as collected:
        shop.greet.enqueue(name="Ali")
    deliver_messages(collected.messages * 2)
    perform.perform_job(str(uuid4()))
    assert effects("greeted") == ["Ali"]


@pytest.mark.parametrize("name", ["greet", "count_in"])
def test_a_job_that_was_given_to_another_worker_is_left_to_it(
    site: Flask, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    claim = perform._claim

    def lose_what_was_claimed(*args: Any) -> Any:
        call = claim(*args)
        with transaction():
            session().execute(update(JobRow).values(state="queued", worker=None))
        return call

    outcomes: list[Outcome] = []
    platform.jobs.observers.append(outcomes.append)
    job_id = getattr(shop, name).enqueue(**({"name": "Ali"} if name == "greet" else {"number": 1}))
    monkeypatch.setattr(perform, "_claim", lose_what_was_claimed)
    perform.perform_job(str(job_id))
    assert state(job_id) == "queued"
    assert outcomes == []
    assert effects("counted") == []


def test_observers_hear_of_each_end(site: Flask) -> None:
    outcomes: list[Outcome] = []
    platform.jobs.observers.append(outcomes.append)
    shop.greet.enqueue(name="Ali")
    shop.greet.enqueue(name="Ali", fail=True)
    drain()
    assert [type(outcome.error) for outcome in outcomes] == [type(None), ValueError]
    assert [(outcome.kind, outcome.name, outcome.state) for outcome in outcomes] == [
        ("job", "tests.greet", "done"),
        ("job", "tests.greet", "failed"),
    ]


def test_a_message_that_is_not_followed_by_a_run_is_sent_again_with_more_patience(site: Flask) -> None:
    with FrozenClock() as clock, collected_messages() as collected:
        shop.greet.enqueue(name="Ali")
        gaps = []
        for _ in range(3):
            before = len(collected.messages)
            waited = 0
            while len(collected.messages) == before:
                clock.tick(1)
                waited += 1
                dispatch_jobs()
            gaps.append(waited)
        assert gaps[0] < gaps[1] < gaps[2]
        deliver_messages(collected.messages)
    assert (effects("greeted"), most_doubled()) == (["Ali"], 1)


def test_uninstalling_forgets_the_jobs(site: Flask) -> None:
    shop.greet.enqueue(name="Ali")
    platform.jobs.forget_addon("tests")
    assert list_work("job") == []
