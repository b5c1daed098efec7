"""The order of a stream's entries in one process, whatever comes late, twice or never."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sites import eventually

from kernel.realtime import delivery
from kernel.realtime.delivery import Deliveries, Line
from kernel.realtime.interest import Interest
from kernel.realtime.packets import Outgoing
from kernel.realtime.streams import PAGE, StreamEntry


def note(number: int) -> Outgoing:
    return Outgoing.event("/n", "e", number)


def entries(numbers: Sequence[int]) -> list[StreamEntry]:
    return [StreamEntry(number, "e", number) for number in numbers]


class Follower:
    """Whoever is in the room of the stream."""

    def __init__(self) -> None:
        self.got: list[int] = []

    def send(self, namespace: str, room: str, outgoing: Outgoing) -> None:
        text = outgoing.body.decode()
        self.got.append(int(text.split('"id":')[1].split(",")[0]) if '"id"' in text else int(text[5:-1]))


class Connection:
    """A newcomer."""

    def join(self, room: str) -> None:
        pass


@given(st.integers(0, 20), st.lists(st.integers(1, 40), max_size=60))
def test_each_entry_once_and_in_order(begun: int, offers: list[int]) -> None:
    follower = Follower()
    line = Line("/n", "s:1", follower.send)
    line.admit(Connection(), [], begun, lambda: None)  # type: ignore[arg-type]  # the line only lets it join
    whole = True
    for number in offers:
        whole = line.offer(number, note(number))
    assert follower.got == list(range(begun + 1, begun + 1 + len(follower.got)))
    missing = set(offers) - set(follower.got) - set(range(begun + 1))
    assert whole == (not missing) or not offers
    line.catch_up(entries(range(begun + 1, 41)), complete=True)
    assert follower.got == list(range(begun + 1, 41))


@given(st.lists(st.integers(1, 30), min_size=1, max_size=30, unique=True))
def test_what_the_store_has_not_will_never_come(offers: list[int]) -> None:
    follower = Follower()
    line = Line("/n", "s:1", follower.send)
    line.admit(Connection(), [], 0, lambda: None)  # type: ignore[arg-type]  # the line only lets it join
    for number in offers:
        line.offer(number, note(number))
    line.catch_up([], complete=True)
    assert follower.got == sorted(offers)


def test_entries_before_the_first_newcomer_wait_for_him() -> None:
    follower, order = Follower(), []
    line = Line("/n", "s:1", follower.send)
    for number in (6, 5, 7):
        assert not line.offer(number, note(number))
    assert line.gap() is None
    assert line.admit(Connection(), entries([4, 5]), 5, lambda: order.append(list(follower.got)))  # type: ignore[arg-type]  # as above
    assert order == [[6, 7]]
    assert follower.got == [6, 7]


def test_a_newcomer_who_read_too_early_reads_on() -> None:
    follower = Follower()
    line = Line("/n", "s:1", follower.send)
    line.admit(Connection(), [], 3, lambda: None)  # type: ignore[arg-type]  # as above
    line.offer(4, note(4))
    assert not line.admit(Connection(), [], 3, pytest.fail)  # type: ignore[arg-type]  # as above
    assert line.reading_from(9) == 4
    assert line.reading_from(2) == 2


class Store:
    """Stands where the database does."""

    def __init__(self) -> None:
        self.entries: list[StreamEntry] = []
        self.away = threading.Event()
        self.asked = 0

    def read(self, address: str, after: int, limit: int = PAGE) -> list[StreamEntry]:
        self.asked += 1
        if self.away.is_set():
            raise ConnectionError("the database is away")
        return [entry for entry in self.entries if entry.id > after][:limit]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    made = Store()
    monkeypatch.setattr(delivery, "read", made.read)
    return made


@pytest.fixture
def deliveries(store: Store, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(delivery, "ANEW", 0.05)
    made = Deliveries(Flask("delivery"), Interest(), (follower := Follower()).send)
    made.follower = follower  # type: ignore[attr-defined]  # for the tests to look at
    made.start()
    yield made
    made.stop()


def test_what_never_came_is_read_from_the_store(store: Store, deliveries: Any) -> None:
    with deliveries.follow("/n", "s:1"):
        deliveries.line("s:1").admit(Connection(), [], 0, lambda: None)
        store.entries = entries(range(1, 2 * PAGE + 10))
        deliveries.offer("s:1", 2 * PAGE + 9, note(2 * PAGE + 9))
        eventually(lambda: deliveries.follower.got == list(range(1, 2 * PAGE + 10)))


def test_a_look_that_fails_is_tried_again(store: Store, deliveries: Any) -> None:
    store.away.set()
    with deliveries.follow("/n", "s:1"):
        deliveries.line("s:1").admit(Connection(), [], 0, lambda: None)
        deliveries.offer("s:1", 2, note(2))
        eventually(lambda: store.asked >= 2)
        assert deliveries.follower.got == []
        store.entries = entries([1, 2])
        store.away.clear()
        eventually(lambda: deliveries.follower.got == [1, 2])


def test_every_line_looks_when_redis_is_back_and_none_after_it_is_left(store: Store, deliveries: Any) -> None:
    with deliveries.follow("/n", "s:1"), deliveries.follow("/n", "s:2"):
        for address in ("s:1", "s:2"):
            deliveries.line(address).admit(Connection(), [], 0, lambda: None)
        eventually(lambda: store.asked >= 2)
        store.entries = entries([1])
        deliveries.look_everywhere()
        eventually(lambda: deliveries.follower.got == [1, 1])
    asked = store.asked
    deliveries.offer("s:1", 5, note(5))
    deliveries.look_everywhere()
    assert deliveries.follower.got == [1, 1]
    assert store.asked == asked
