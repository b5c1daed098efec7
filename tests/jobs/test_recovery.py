"""Lost work is found again, and work that nobody survives is given up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import redis
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from addon_sdk.testing.draining import collected_messages, drain
from kernel.addons.inbox import problems
from kernel.clock import FrozenClock
from kernel.db import DatabaseAway, lease, new_id, session, transaction
from kernel.events import publish
from kernel.events.dispatch import dispatch_deliveries
from kernel.events.fanout import fan_out
from kernel.events.models import Delivery
from kernel.jobs import sending
from kernel.jobs.dispatch import dispatch_jobs
from kernel.jobs.inspection import job_status
from kernel.jobs.models import JobRow
from kernel.jobs.recovery import GIVEN_UP, MOST_VANISHED, free_abandoned, notice_empty_redis
from kernel.jobs.relay import MODELS
from kernel.runtime import platform
from tests.jobs import shop
from tests.jobs.shop import Sold, effects


def claim_as(worker: UUID, **values: Any) -> None:
    with transaction():
        for model in MODELS:
            session().execute(update(model).values(state="running", worker=worker, **values))


def test_work_of_a_living_worker_is_its_own(site: Flask) -> None:
    shop.greet.enqueue(name="Ali")
    worker = new_id()
    lease.acquire(f"worker:{worker}", worker, seconds=10)
    claim_as(worker)
    assert not free_abandoned(JobRow)
    with FrozenClock() as clock:
        clock.tick(11)
        assert free_abandoned(JobRow)
        assert not free_abandoned(JobRow)
    drain()
    assert effects("greeted") == ["Ali"]


def test_work_that_nobody_survives_is_given_up(site: Flask) -> None:
    job_id = shop.greet.enqueue(name="Ali")
    for count in range(MOST_VANISHED):
        assert job_status(job_id).state == "queued", count
        claim_as(new_id())
        free_abandoned(JobRow)
    item = job_status(job_id)
    assert (item.state, item.error) == ("dead", GIVEN_UP)
    assert item.finished_at is not None
    assert [problem.message for problem in problems()] == [GIVEN_UP]


def test_a_delivery_that_lost_its_worker_travels_alone(site: Flask) -> None:
    for number in range(3):
        publish(Sold(number))
    fan_out()
    with collected_messages() as collected:
        dispatch_deliveries()
        assert {len(message.args) - 1 for message in collected.messages} == {3}
        claim_as(new_id())
        free_abandoned(Delivery)
        collected.messages.clear()
        dispatch_deliveries()
        assert {len(message.args) - 1 for message in collected.messages} == {1}


class ForgetfulRedis:
    """What `notice_empty_redis` asks of Redis."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.away = False

    def set(self, key: str, value: bytes, *, nx: bool) -> bool | None:
        if self.away:
            raise redis.ConnectionError
        fresh = key not in self.keys
        self.keys.add(key)
        return fresh or None

    def close(self) -> None: ...


def test_when_redis_has_forgotten_everything_is_sent_again(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ForgetfulRedis()
    monkeypatch.setattr(platform._get_current_object(), "redis", server)  # type: ignore[attr-defined]  # a LocalProxy
    notice_empty_redis(MODELS)
    with collected_messages() as collected:
        shop.greet.enqueue(name="Ali")
        assert not notice_empty_redis(MODELS)
        dispatch_jobs()
        assert len(collected.messages) == 1
        server.keys.clear()
        assert notice_empty_redis(MODELS)
        dispatch_jobs()
        assert len(collected.messages) == 2
        server.away = True
        assert not notice_empty_redis(MODELS)


def test_a_message_that_redis_did_not_take_is_sent_when_it_can(site: Flask) -> None:
    job_id = shop.greet.enqueue(name="Ali")  # this site's Redis is away
    assert not dispatch_jobs()
    with collected_messages() as collected:
        dispatch_jobs()
    assert [message.args for message in collected.messages] == [(str(job_id),)]


def test_even_without_redis_and_database_sending_does_not_raise(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseAway

    with transaction():
        job_id = shop.greet.enqueue(name="Ali")
        monkeypatch.setattr(sending, "transaction", away)
    monkeypatch.undo()
    assert job_status(job_id).state == "queued"
    with FrozenClock() as clock, collected_messages() as collected:
        dispatch_jobs()
        assert collected.messages == []
        clock.tick(platform.jobs.timing.trust + 1)
        dispatch_jobs()
        assert len(collected.messages) == 1


def test_a_commit_that_fails_makes_each_event_go_alone(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from kernel.events import deliver

    mark = deliver.mark_done

    def refuse_groups(works: Any) -> Any:
        if len(works) > 1 or (works[0].attempts == 0 and works[0].name == "tests.tell"):
            raise SQLAlchemyError("the transaction is lost")
        return mark(works)

    monkeypatch.setattr(deliver, "mark_done", refuse_groups)
    with FrozenClock() as clock:
        for number in range(4):
            publish(Sold(number))
        drain()
        assert effects("booked") == ["0", "1", "2", "3"]
        assert effects("told") == []
        clock.tick(10)
        drain()
    assert sorted(effects("told")) == ["0", "1", "2", "3"]
