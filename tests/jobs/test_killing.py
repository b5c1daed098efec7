"""Worker, cron process, publisher and Redis are killed at random moments: nothing is lost and no effect doubled."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from addon_sdk.testing.servers import RedisServer
from kernel.db import session
from kernel.events.models import Delivery
from kernel.jobs.models import JobRow
from tests.jobs.processes import SiteProcess, wait_until
from tests.jobs.shop import effects
from tests.jobs.site import MakeSite

ROUNDS = 6


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def settings(database_url: str, redis_server: RedisServer, tmp_path: Path) -> dict[str, Any]:
    return {"database_url": database_url, "redis_url": redis_server.url, "data_dir": tmp_path, "redis_prefix": "kill:"}


@pytest.fixture
def running(make: MakeSite, settings: dict[str, Any]) -> Iterator[dict[str, SiteProcess]]:
    app: Flask = make(**settings)
    processes = {role: SiteProcess(role, settings) for role in ("worker", "cron", "publisher")}
    with app.app_context():
        for process in processes.values():
            process.start()
        yield processes
    for process in processes.values():
        process.end(signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_is_lost_and_nothing_doubled(running: dict[str, SiteProcess], redis_server: RedisServer) -> None:
    seed = time.time_ns()
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        victim = chance.choice(["worker", "worker", "cron", "publisher", "redis"])
        time.sleep(chance.uniform(0.2, 1.5))  # the moment of death is the thing under test
        if victim == "redis":
            redis_server.stop(signal.SIGKILL)
            redis_server.start()
        else:
            running[victim].end(signal.SIGKILL)
            running[victim].start()
    running["publisher"].end(signal.SIGKILL)
    published = Counter(effects("published"))
    assert len(published) > 20
    assert set(published.values()) == {1}

    def all_arrived() -> bool:
        return all(set(effects(source)) >= set(published) for source in ("booked", "told", "dawdled", "counted"))

    wait_until(all_arrived, seconds=400, explain=unfinished)
    wait_until(lambda: not unfinished(), seconds=400, explain=unfinished)
    running["worker"].end()
    for source in ("booked", "told", "dawdled", "counted"):
        assert Counter(effects(source)) == published, f"{source}, seed {seed}"
    assert len(set(effects("greeted"))) == len(published)
    done_ticks = select(JobRow.id).where(JobRow.name == "tests.tick", JobRow.state == "done")
    assert len(effects("ticked")) == len(session().scalars(done_ticks).all()) > 0


def unfinished() -> list[tuple[Any, ...]]:
    """What is not done yet, apart from crons: how many, of which kind, where it stands."""
    found: list[tuple[Any, ...]] = []
    for model, name in ((JobRow, JobRow.name), (Delivery, Delivery.subscriber)):
        columns = (name, model.state, model.attempts, model.vanished, model.sent)
        query = select(func.count(), *columns).where(model.state != "done", name != "tests.tick").group_by(*columns)
        found += [tuple(row) for row in session().execute(query)]
    return found
