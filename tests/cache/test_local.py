"""The level in this process."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kernel.cache.codec import Packed
from kernel.cache.local import ALL, LocalStore
from kernel.clock import FrozenClock

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES | st.binary())
def test_packing_keeps_values(value: object) -> None:
    packed = Packed.of(value)
    assert Packed.from_wire(packed.to_wire()).value() == packed.value() == value


def test_each_reader_gets_an_object_of_his_own() -> None:
    packed = Packed.of({"cities": ["Shiraz"]})
    packed.value()["cities"].append("Yazd")
    assert packed.value() == {"cities": ["Shiraz"]}


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        Packed.of(object())


@pytest.fixture
def store() -> LocalStore:
    store = LocalStore(10_000)
    store.trust()
    return store


def _keep(
    store: LocalStore, name: str, *tags: str, seconds: float = 60, size: int = 10, since: int | None = None
) -> None:
    packed = Packed.of(b"x" * size)
    store.keep(name, packed, tags, seconds, since=store.sequence if since is None else since)


def test_the_least_recently_used_goes_first(store: LocalStore) -> None:
    for name in "abcd":
        _keep(store, name, size=2000)
    assert store.find("a")
    _keep(store, "e", size=2000)
    assert [name for name in "abcde" if store.find(name)] == ["a", "c", "d", "e"]
    assert store.bytes <= store.max_bytes


def test_a_value_that_fills_a_quarter_is_not_kept(store: LocalStore) -> None:
    _keep(store, "big", size=2500)
    assert store.find("big") is None


def test_values_expire() -> None:
    with FrozenClock() as clock:
        store = LocalStore(10_000)
        store.trust()
        _keep(store, "a", seconds=5)
        _keep(store, "gone", seconds=0)
        clock.tick(4)
        store.trust()
        assert store.find("a")
        clock.tick(1)
        assert store.find("a") is None
        assert store.find("gone") is None


def test_without_news_of_drops_values_live_one_second() -> None:
    with FrozenClock() as clock:
        store = LocalStore(10_000)
        store.trust()
        _keep(store, "trusted")
        clock.tick(1)
        assert store.find("trusted") is None
        _keep(store, "brief")
        clock.tick(0.9)
        assert store.find("brief")
        clock.tick(0.2)
        assert store.find("brief") is None


def test_a_value_computed_across_a_drop_is_not_kept(store: LocalStore) -> None:
    since = store.sequence
    store.drop(["city"])
    _keep(store, "old", "city", since=since)
    _keep(store, "other", "market", since=since)
    _keep(store, "new", "city")
    assert (store.find("old"), store.find("other") is None, store.find("new") is None) == (None, False, False)


def test_drops_are_remembered_even_when_there_were_many(store: LocalStore) -> None:
    since = store.sequence
    for number in range(5000):
        store.drop([f"tag:{number}"])
    _keep(store, "old", "tag:1", since=since)
    assert store.find("old") is None
    _keep(store, "new", "tag:1")
    assert store.find("new")


class DropsAreComplete(RuleBasedStateMachine):
    """Whatever is kept and dropped: an entry is found if and only if it was kept after the last drop of its tags."""

    @initialize()
    def start(self) -> None:
        self.store = LocalStore(1_000_000)
        self.store.trust()
        self.expected: dict[str, frozenset[str]] = {}

    @rule(name=st.sampled_from("abcdef"), tags=st.frozensets(st.sampled_from("xyz")))
    def keep(self, name: str, tags: frozenset[str]) -> None:
        _keep(self.store, name, *tags)
        self.expected[name] = tags

    @rule(tags=st.sets(st.sampled_from(["x", "y", "z", ALL]), min_size=1))
    def drop(self, tags: set[str]) -> None:
        self.store.drop(tags)
        self.expected = {} if ALL in tags else {name: own for name, own in self.expected.items() if not own & tags}

    @rule(name=st.sampled_from("abcdef"))
    def forget(self, name: str) -> None:
        self.store.forget(name)
        self.expected.pop(name, None)

    @invariant()
    def finds_exactly_what_is_valid(self) -> None:
        self.store.trust()
        assert {name for name in "abcdef" if self.store.find(name)} == self.expected.keys()
        assert len(self.store) == len(self.expected)
        assert (self.store.bytes == 0) == (not self.expected)


TestDropsAreComplete = DropsAreComplete.TestCase
