"""`drop_on` and `warms`: what addons declare, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from kernel.addons.contributions import Contribution, contributions_of
from kernel.cache import drop_on, warming, warms
from kernel.context import current_addon
from kernel.runtime import platform
from tests.cache.conftest import MakeProcess

pytestmark = pytest.mark.usefixtures("own_contributions")


def _declared(monkeypatch: pytest.MonkeyPatch, *args: Any, **kwargs: Any) -> tuple[Contribution, ...]:
    """What `drop_on` contributes when a module of addon atlas calls it."""
    monkeypatch.setitem(globals(), "__name__", "asoud_atlas.views")
    drop_on(*args, **kwargs)
    return contributions_of("atlas")


def test_a_published_event_drops_the_declared_tags(make_process: MakeProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = _declared(monkeypatch, "atlas.city_moved", tags=("cities", "city:{city_id}", "market.near:{city_id}"))
    cache = make_process(*declared)
    for tag in ("atlas.cities", "atlas.city:7", "atlas.city:8", "market.near:7"):
        cache.set(tag, 1, seconds=60, tags=[tag])
    cache.event_published("atlas.city_moved", {"city_id": 7})
    cache.event_published("atlas.nothing_declared", {})
    left = [tag for tag in ("atlas.cities", "atlas.city:7", "atlas.city:8", "market.near:7") if cache.get(tag)]
    assert left == ["atlas.city:8"]


def test_a_tag_that_does_not_fit_the_payload_is_left_out(
    make_process: MakeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    _declared(monkeypatch, "atlas.city_moved", tags="city:{nothing}")
    cache = make_process(*_declared(monkeypatch, "atlas.city_moved", tags="cities"))
    cache.set("key", 1, seconds=60, tags=["atlas.cities"])
    cache.event_published("atlas.city_moved", {"city_id": 7})
    assert cache.get("key") is None


def test_braces_need_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="without the name"):
        _declared(monkeypatch, "atlas.city_moved", tags="city:{}")


class Warm:
    """A warmer of addon atlas that notes each run."""

    __module__ = "asoud_atlas.cache"
    __name__ = "warm_tree"

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.fails = False

    def __call__(self) -> None:
        self.runs.append(current_addon())
        if self.fails:
            raise LookupError


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(type(warming.warm), "enqueue", lambda job, warmer: names.append(warmer))
    return names


@pytest.fixture
def warmer(make_process: MakeProcess, enqueued: list[str]) -> Warm:
    warmer = Warm()
    assert warms("cities")(warmer) is warmer
    make_process(*contributions_of("atlas"))
    return warmer


def test_warms_after_boot_and_once_per_generation(warmer: Warm) -> None:
    warming.warm_what_is_cold()
    warming.warm_what_is_cold()
    assert warmer.runs == ["atlas"]
    gate: Any = platform.gate
    gate.generation += 1
    warming.warm_what_is_cold()
    assert len(warmer.runs) == 2


def test_many_drops_make_one_run(warmer: Warm, enqueued: list[str]) -> None:
    warming.warm_what_is_cold()
    for tag in ("atlas.cities", "atlas.cities", "other.tag", "*"):
        platform.cache.drop_tags(tag)
    assert enqueued == ["atlas.warm_tree"]
    warming.warm(enqueued[0])
    platform.cache.drop_tags("atlas.other")
    assert enqueued == ["atlas.warm_tree"]
    platform.cache.drop_tags("*")
    assert len(enqueued) == 2


def test_a_failing_warmer_is_tried_again_at_the_next_sweep(warmer: Warm) -> None:
    warmer.fails = True
    warming.warm_what_is_cold()
    warming.warm_what_is_cold()
    assert len(warmer.runs) == 2


def test_a_disabled_addon_warms_nothing(warmer: Warm) -> None:
    gate: Any = platform.gate
    gate.off.add("atlas")
    warming.warm_what_is_cold()
    warming.warm("atlas.warm_tree")
    assert warmer.runs == []


def test_without_redis_there_is_nothing_to_warm(warmer: Warm, enqueued: list[str], unused_tcp_port: int) -> None:
    platform.redis = redis.Redis(port=unused_tcp_port)
    warming.warm_what_is_cold()
    assert warmer.runs == []
    warming.warm("atlas.warm_tree")
    assert warmer.runs == ["atlas"]
    warming.warm_after_drop(["atlas.cities"])
    assert enqueued == []
