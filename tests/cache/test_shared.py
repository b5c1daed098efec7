"""The level in Redis, against a real server."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import redis

from kernel.cache.codec import Packed
from kernel.cache.local import ALL
from kernel.cache.shared import SharedStore

VALUE = Packed.of({"city": "شیراز"})


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def store(client: redis.Redis) -> SharedStore:
    return SharedStore(client, "site:")


def _stamp(store: SharedStore) -> str:
    reading = store.read("nothing")
    assert reading is not None
    return reading.stamp


def test_reads_what_was_written(store: SharedStore) -> None:
    store.write("a", VALUE, ["region.city", "region.x"], 60)
    reading = store.read("a")
    assert reading is not None
    assert reading.packed == VALUE
    assert set(reading.tags) == {"region.city", "region.x"}
    assert 59 < reading.seconds <= 60
    store.remove("a")
    assert _packed(store, "a") is None


@pytest.mark.parametrize("tag", ["t.a", "t.b", ALL])
def test_any_dropped_tag_hides_the_value(store: SharedStore, tag: str) -> None:
    store.write("a", VALUE, ["t.a", "t.b"], 60)
    store.write("b", VALUE, [], 60)
    assert store.drop([tag])
    assert _packed(store, "a") is None
    assert (_packed(store, "b") is None) == (tag == ALL)
    store.write("a", VALUE, ["t.a", "t.b"], 60)
    assert _packed(store, "a") == VALUE


def test_a_value_computed_before_the_drop_is_never_served_however_late_it_is_written(store: SharedStore) -> None:
    before = _stamp(store)
    store.drop(["t.a"])
    store.write("a", VALUE, ["t.a"], 60, before)
    assert _packed(store, "a") is None
    store.write("a", VALUE, ["t.a"], 60, _later(store))
    assert _packed(store, "a") == VALUE


def test_a_clock_that_goes_back_does_not_bring_dropped_values_back(store: SharedStore, client: redis.Redis) -> None:
    future = str(int(_stamp(store)) + 3_600_000_000)
    client.set("site:cache:clock", future)
    store.write("a", VALUE, ["t.a"], 60, _stamp(store))
    store.drop(["t.a"])
    assert _packed(store, "a") is None


def test_an_expired_value_is_readable_for_a_while_and_says_so(store: SharedStore, client: redis.Redis) -> None:
    store.write("a", VALUE, [], 0.05)
    client.persist("site:cache:entry:a")
    threading.Event().wait(0.06)
    reading = store.read("a")
    assert reading is not None
    assert reading.packed == VALUE
    assert reading.seconds < 0


def test_entries_and_marks_leave_redis_by_themselves(store: SharedStore, client: redis.Redis) -> None:
    store.write("a", VALUE, ["t.a"], 600)
    store.drop(["t.a"])
    assert 600 < client.ttl("site:cache:entry:a") <= 630
    assert client.ttl("site:cache:tag:t.a") > 24 * 3600 + 30


def test_one_computes_at_a_time(store: SharedStore) -> None:
    lock = store.lock("a", 5)
    assert lock is not None
    assert store.lock("a", 5) is None
    store.unlock(lock)
    again = store.lock("a", 0.02)
    assert again is not None
    threading.Event().wait(0.04)
    other = store.lock("a", 5)
    assert other is not None
    store.unlock(again)
    assert store.lock("a", 5) is None


def test_without_redis_nothing_raises_and_everybody_may_compute(unused_tcp_port: int) -> None:
    store = SharedStore(redis.Redis(port=unused_tcp_port, socket_timeout=0.2), "site:")
    assert store.read("a") is None
    assert store.away
    store.write("a", VALUE, [], 60)
    store.remove("a")
    assert store.drop(["t.a"]) is False
    lock = store.lock("a", 5)
    assert lock is not None
    store.unlock(lock)


def _packed(store: SharedStore, name: str) -> Packed | None:
    reading = store.read(name)
    return reading.packed if reading else None


def _later(store: SharedStore) -> str:
    return str(int(_stamp(store)) + 1)
