"""Worker and cron process with real Redis, in threads: from enqueue to effect, outages, stopping."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from addon_sdk.testing.servers import PostgresServer, RedisServer
from kernel.db import session
from kernel.db.lease import Lease
from kernel.errors import ServiceUnavailable
from kernel.events import publish
from kernel.jobs.cron_process import run_cron
from kernel.jobs.inspection import job_status
from kernel.jobs.worker import run_worker
from kernel.runtime import platform
from tests.jobs import shop
from tests.jobs.processes import wait_until
from tests.jobs.shop import ShopEffect, Sold, effects, most_doubled
from tests.jobs.site import MakeSite, switch


@contextmanager
def in_thread(run: Callable[..., None], app: Flask) -> Iterator[threading.Event]:
    """Run a process's main loop in a thread; the event that is given ends it."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(app,), kwargs={"should_stop": stop.is_set})
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture
def site(make: MakeSite, database_url: str, redis_url: str) -> Iterator[Flask]:
    app = make(database_url=database_url, redis_url=redis_url)
    with app.app_context():
        yield app


def test_events_jobs_and_crons_reach_the_worker(site: Flask) -> None:
    with in_thread(run_worker, site), in_thread(run_cron, site):
        for number in range(30):
            publish(Sold(number))
        job_id = shop.greet.enqueue(name="Ali")
        wait_until(lambda: len(effects("booked")) == len(effects("told")) == 30)
        wait_until(lambda: job_status(job_id).state == "done")
        wait_until(lambda: len(effects("ticked")) >= 2)


def test_a_job_reaches_the_worker_without_the_relay(site: Flask) -> None:
    with in_thread(run_worker, site):
        job_id = shop.greet.enqueue(name="Ali")
        wait_until(lambda: job_status(job_id).state == "done")


def test_a_slow_job_is_stopped_in_a_thread_too(site: Flask) -> None:
    with in_thread(run_worker, site):
        job_id = shop.sleep_long.enqueue()
        wait_until(lambda: job_status(job_id).state == "dead")
    assert "exceeded maximum timeout value (1 seconds)" in (job_status(job_id).error or "")


def test_the_worker_finishes_its_job_before_it_ends(site: Flask) -> None:
    shop.running.clear()
    shop.may_end.clear()
    with in_thread(run_worker, site) as stop:
        job_id = shop.wait_for_word.enqueue(name="last")
        assert shop.running.wait(20)
        stop.set()
        assert job_status(job_id).state == "running"
        shop.may_end.set()
    assert job_status(job_id).state == "done"
    assert effects("waited") == ["last"]
    assert session().scalars(select(Lease.name)).all() == []


def test_switching_off_and_on_is_followed_live(site: Flask) -> None:
    with in_thread(run_worker, site), in_thread(run_cron, site):
        switch(platform, on=False)
        publish(Sold(1))
        job_id = shop.greet.enqueue(name="Ali")
        wait_until(lambda: job_status(job_id).state == "parked")
        assert effects("booked") == []
        switch(platform, on=True)
        wait_until(lambda: effects("booked") == ["1"] and job_status(job_id).state == "done")


def test_redis_may_go_away_and_come_back_empty(make: MakeSite, database_url: str) -> None:
    with RedisServer() as redis:
        app = make(database_url=database_url, redis_url=redis.url)
        with app.app_context(), in_thread(run_worker, app), in_thread(run_cron, app):
            publish(Sold(1))
            wait_until(lambda: effects("booked") == ["1"])
            redis.stop()
            publish(Sold(2))
            job_id = shop.greet.enqueue(name="Ali")
            redis.start()
            wait_until(lambda: effects("booked") == ["1", "2"] and job_status(job_id).state == "done")
            assert most_doubled() == 1


def test_a_restart_of_redis_is_a_warning_of_the_worker_not_an_error(
    make: MakeSite, database_url: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with RedisServer() as redis:
        app = make(database_url=database_url, redis_url=redis.url)
        with app.app_context(), in_thread(run_worker, app):
            wait_until(lambda: bool(platform.redis.keys("rq:worker:*")))
            redis.stop()
            redis.start()
            job_id = shop.greet.enqueue(name="Ali")
            wait_until(lambda: job_status(job_id).state == "done")
    assert "worker_waits_for_redis" in "".join(capfd.readouterr())
    assert [record.getMessage() for record in caplog.records if record.name.startswith("rq")] == []


def test_the_database_may_go_away_and_come_back(make: MakeSite, redis_url: str) -> None:
    with PostgresServer() as postgres:
        app = make(database_url=postgres.url, redis_url=redis_url)
        with app.app_context(), in_thread(run_worker, app), in_thread(run_cron, app):
            publish(Sold(1))
            wait_until(lambda: effects("booked") == ["1"])
            postgres.stop()
            with pytest.raises(ServiceUnavailable):
                publish(Sold(2))
            postgres.start()
            publish(Sold(3))
            job_id = shop.count_in.enqueue(number=1)
            wait_until(lambda: effects("booked") == ["1", "3"] and job_status(job_id).state == "done")
            assert most_doubled() == 1


def test_what_lay_in_redis_is_sent_again_when_it_was_lost(make: MakeSite, database_url: str, redis_url: str) -> None:
    app = make(database_url=database_url, redis_url=redis_url)
    with app.app_context(), in_thread(run_cron, app):
        publish(Sold(1))
        job_id = shop.greet.enqueue(name="Ali")
        wait_until(lambda: bool(platform.redis.llen(f"rq:queue:{platform.settings.redis_prefix}default") >= 4))  # type: ignore[operator]  # it is sync
        platform.redis.flushdb()
        with in_thread(run_worker, app):
            wait_until(lambda: effects("booked") == ["1"] and job_status(job_id).state == "done")


def test_two_cron_processes_take_turns(site: Flask) -> None:
    def leader() -> object:
        return session().scalar(select(Lease.holder).where(Lease.name == "relay"))

    with in_thread(run_cron, site) as first:
        wait_until(lambda: leader() is not None)
        before = leader()
        with in_thread(run_cron, site), in_thread(run_worker, site):
            first.set()
            wait_until(lambda: leader() not in (None, before))
            publish(Sold(1))
            wait_until(lambda: effects("booked") == ["1"])


def test_a_message_that_cannot_be_settled_is_left_to_others(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the database goes away between a job's run and its mark."""
    from kernel.jobs import perform

    broken = threading.Event()
    mark = perform.mark_done

    def fail_once(works: object) -> object:
        if not broken.is_set():
            broken.set()
            raise SystemError("the connection is gone")
        return mark(works)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(perform, "mark_done", fail_once)
    monkeypatch.setattr(perform, "mark_failed", fail_to_settle(perform.mark_failed))
    with in_thread(run_worker, site), in_thread(run_cron, site):
        job_id = shop.count_in.enqueue(number=1)
        wait_until(lambda: job_status(job_id).state == "done")
    assert effects("counted") == ["1"]


def fail_to_settle(settle: Callable[..., object]) -> Callable[..., object]:
    failed = threading.Event()

    def fail(*args: object, **kwargs: object) -> object:
        if failed.is_set():
            return settle(*args, **kwargs)
        failed.set()
        raise SystemError("still gone")

    return fail


def test_a_worker_that_starts_afresh_has_another_name(site: Flask) -> None:
    old = platform.jobs.workforce.ensure()
    assert platform.jobs.workforce.ensure() == old
    platform.jobs.workforce.start_afresh()
    assert platform.jobs.workforce.ensure() != old


def test_a_worker_takes_what_is_critical_first(make: MakeSite, tmp_path: Path, redis_url: str) -> None:
    app = make(database_url=f"sqlite:///{tmp_path / 'site.db'}", redis_url=redis_url)
    with app.app_context():
        shop.nightly.enqueue()
        shop.greet.enqueue(name="Ali")
        shop.count_in.enqueue(number=1)

        def sources() -> list[str]:
            return list(session().scalars(select(ShopEffect.source).order_by(ShopEffect.id)))

        with in_thread(run_worker, app):
            wait_until(lambda: len(sources()) == 3, explain=sources)
        assert sources() == ["counted", "greeted", "nightly"]
