from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kernel.clock import FrozenClock
from kernel.db import lease, new_id, session, transaction
from kernel.db.lease import Lease, acquire, hold, release
from kernel.errors import ServiceUnavailable
from kernel.runtime import platform


@pytest.fixture(autouse=True)
def table(app: Flask) -> Iterator[None]:
    Lease.__table__.create(platform.db.engine)
    yield
    Lease.__table__.drop(platform.db.engine)


def holders() -> list[str]:
    return list(session().scalars(select(Lease.name)))


def test_one_holder_at_a_time_until_it_is_given_back() -> None:
    mine, yours = new_id(), new_id()
    assert acquire("roof", mine, seconds=10)
    assert acquire("roof", mine, seconds=10)
    assert not acquire("roof", yours, seconds=10)
    assert acquire("cellar", yours, seconds=10)
    release("roof", yours)
    assert not acquire("roof", yours, seconds=10)
    release("roof", mine)
    assert acquire("roof", yours, seconds=10)


def test_an_expired_one_may_be_taken_and_a_renewed_one_not() -> None:
    mine, yours = new_id(), new_id()
    with FrozenClock() as clock:
        assert acquire("roof", mine, seconds=10)
        clock.tick(9)
        assert acquire("roof", mine, seconds=10)
        clock.tick(9)
        assert not acquire("roof", yours, seconds=10)
        clock.tick(2)
        assert acquire("roof", yours, seconds=10)
        assert not acquire("roof", mine, seconds=10)


def test_a_block_holds_it_and_gives_it_back() -> None:
    with hold("roof", seconds=30) as held:
        assert held
        with hold("roof", seconds=30) as second:
            assert not second
        assert holders() == ["roof"]
    assert holders() == []


def test_it_is_renewed_while_the_block_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database fails the second time; the renewing goes on."""
    renewed, calls = threading.Event(), []

    def counted(name: str, holder: object, *, seconds: float) -> bool:
        calls.append(name)
        if len(calls) == 2:
            raise ServiceUnavailable
        if len(calls) == 4:
            renewed.set()
        return True

    monkeypatch.setattr(lease, "acquire", counted)
    with hold("roof", seconds=0.03):
        assert renewed.wait(20)


def test_a_lease_that_another_took_meanwhile_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said = threading.Event()
    monkeypatch.setattr(lease.log, "error", lambda event, **about: said.set() if event == "lease_lost" else None)
    taken, yours = lease.acquire, new_id()

    def stolen(name: str, holder: object, *, seconds: float) -> bool:
        with transaction():
            session().execute(update(Lease).values(holder=yours))
        return taken(name, holder, seconds=seconds)  # type: ignore[arg-type]  # handed on

    with hold("roof", seconds=0.03):
        monkeypatch.setattr(lease, "acquire", stolen)
        assert said.wait(20)


def test_two_that_come_at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both find no row; the database lets one of them make it."""

    def fail() -> None:
        raise IntegrityError("INSERT", {}, Exception("unique"))

    monkeypatch.setattr(platform.db.session(), "flush", fail)
    assert not acquire("roof", new_id(), seconds=10)
