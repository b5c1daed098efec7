"""The cache as addons use it, with several processes on one Redis."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from addon_sdk.testing.servers import RedisServer
from kernel.cache import Cache, good_until
from kernel.cache import store as store_module
from kernel.clock import now
from kernel.context import in_addon
from kernel.db import transaction
from kernel.runtime import platform
from tests.cache.conftest import MakeProcess, apps


def wait_for(condition: Callable[[], Any], seconds: float = 5) -> float:
    """Wait until ``condition`` holds; how long it took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "the condition never held"
        time.sleep(0.005)
    return time.monotonic() - start


class Source:
    """Something slow to compute, that counts how often it was."""

    def __init__(self, value: Any = "v1") -> None:
        self.value = value
        self.calls = 0

    def __call__(self) -> Any:
        self.calls += 1
        return self.value


@pytest.mark.parametrize("value", [b"bytes", "text", None, {"a": [1, 2.5, None]}, "شیراز", 0])
def test_gives_back_what_was_set(cache: Cache, value: Any) -> None:
    cache.set("key", value, seconds=60)
    assert cache.get("key", "absent") == value
    cache.forget_local()
    assert cache.get("key", "absent") == value
    cache.delete("key")
    assert cache.get("key", "absent") == "absent"


def test_other_processes_see_it(make_process: MakeProcess) -> None:
    one, two = make_process(), make_process()
    one.set("key", {"a": 1}, seconds=60)
    assert two.get("key") == {"a": 1}


def test_a_computed_none_is_kept_too(cache: Cache) -> None:
    source = Source(None)
    for _ in range(3):
        assert cache.get_or_compute("key", source, seconds=60) is None
    assert source.calls == 1


def test_a_computed_value_looks_the_same_the_first_time(cache: Cache) -> None:
    results = [cache.get_or_compute("key", lambda: {"a": (1, 2)}, seconds=60) for _ in range(2)]
    assert results == [{"a": [1, 2]}] * 2


def test_keys_and_tags_belong_to_addons(cache: Cache) -> None:
    for addon in ("market", "region"):
        with in_addon(addon):
            cache.set("list", addon, seconds=60, tags=["all"])
    with in_addon("market"):
        cache.drop_tags("all")
        assert cache.get("list") is None
        cache.drop_tags("market.all")
    with in_addon("region"):
        assert cache.get("list") == "region"
    cache.drop_tags("region.all")
    with in_addon("region"):
        assert cache.get("list") is None


@pytest.mark.parametrize("tag", ["", "two\nlines"])
def test_a_tag_is_one_line(cache: Cache, tag: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        cache.drop_tags(tag)


def test_no_tags_drop_nothing(cache: Cache) -> None:
    cache.set("key", 1, seconds=60)
    cache.drop_tags()
    assert cache.get("key") == 1


def test_dropping_everything(cache: Cache) -> None:
    cache.set("key", 1, seconds=60)
    cache.drop_tags("*")
    assert cache.get("key") is None


def test_a_generation_has_values_of_its_own(cache: Cache) -> None:
    cache.set("key", "before", seconds=60)
    gate: Any = platform.gate
    gate.generation += 1
    for callback in gate.callbacks:
        callback(None)
    assert len(cache.local) == 0
    assert cache.get("key") is None


def test_a_drop_reaches_every_process_within_a_second(make_process: MakeProcess) -> None:
    here, there = make_process(), make_process()
    here.set("key", "old", seconds=60, tags=["city"])
    assert there.get("key") == "old"
    wait_for(lambda: there.local.trusted)
    assert there.get("key") == "old"
    assert len(there.local) == 1
    here.drop_tags("city")
    assert wait_for(lambda: there.get("key") is None) < 1


def test_a_transaction_bypasses_the_cache_and_its_drops_wait_for_the_commit(cache: Cache) -> None:
    cache.set("key", "old", seconds=60, tags=["city"])
    cache.set("fresh", "old", seconds=60)
    source = Source("mine")
    with transaction():
        cache.drop_tags("city")
        cache.forget_local()
        assert cache.get("key") is None
        assert cache.get_or_compute("key", source, seconds=60) == "mine"
        cache.set("fresh", "new", seconds=60)
        cache.delete("gone")
    assert cache.get("key") is None
    assert cache.get("fresh") == "new"
    assert cache.get_or_compute("key", Source("after"), seconds=60) == "after"


@transaction
def _drop_and_fail(cache: Cache) -> None:
    cache.drop_tags("city")
    raise LookupError


def test_a_rolled_back_transaction_drops_nothing(cache: Cache) -> None:
    cache.set("key", "old", seconds=60, tags=["city"])
    with pytest.raises(LookupError):
        _drop_and_fail(cache)
    assert cache.get("key") == "old"


def test_what_computing_raises_reaches_the_caller_and_is_not_kept(cache: Cache) -> None:
    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        cache.get_or_compute("key", fail, seconds=60)
    assert cache.get_or_compute("key", Source(), seconds=60) == "v1"


def _all_at_once(caches: list[Cache], source: Callable[[], Any], seconds: float = 60) -> list[Any]:
    barrier = threading.Barrier(len(caches))

    def ask(cache: Cache) -> Any:
        with apps[cache].app_context():
            barrier.wait()
            return cache.get_or_compute("key", source, seconds=seconds, tags=["t"])

    with ThreadPoolExecutor(len(caches)) as pool:
        return list(pool.map(ask, caches))


def test_of_many_callers_in_many_processes_one_computes(make_process: MakeProcess) -> None:
    one, two = make_process(), make_process()

    class Slow(Source):
        def __call__(self) -> Any:
            time.sleep(0.1)
            return super().__call__()

    source = Slow()
    assert _all_at_once([one, two] * 8, source) == ["v1"] * 16
    assert source.calls == 1


def test_whoever_waits_too_long_computes_himself(make_process: MakeProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = make_process(), make_process()
    monkeypatch.setattr(store_module, "COMPUTE_SECONDS", 0.1)
    monkeypatch.setattr(one.shared, "lock", lambda name, seconds: type(one.shared).lock(one.shared, name, 30))
    release = threading.Event()

    def stuck() -> str:
        release.wait(10)
        return "late"

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(lambda: _ask(one, stuck))
        wait_for(lambda: two.shared.lock("1:kernel:key", 1) is None)
        assert two.get_or_compute("key", Source("mine"), seconds=60) == "mine"
        release.set()
        assert future.result() == "late"


def _ask(cache: Cache, compute: Callable[[], Any]) -> Any:
    with apps[cache].app_context():
        return cache.get_or_compute("key", compute, seconds=60)


def test_while_one_computes_anew_others_get_the_expired_value(make_process: MakeProcess) -> None:
    one, two = make_process(), make_process()
    one.set("key", "old", seconds=0.3)
    time.sleep(0.3)
    computing, release = threading.Event(), threading.Event()

    def compute() -> str:
        computing.set()
        release.wait(10)
        return "new"

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(lambda: _ask(one, compute))
        assert computing.wait(5)
        started = time.monotonic()
        found = two.get_or_compute("key", Source("never"), seconds=60)
        in_time = time.monotonic() - started < 0.2
        release.set()
        assert (found, in_time, future.result()) == ("old", True, "new")
    assert two.get("key") == "new"


def test_a_drop_during_computing_wins(cache: Cache) -> None:
    def compute() -> str:
        cache.drop_tags("city")
        return "stale"

    assert cache.get_or_compute("key", compute, seconds=60, tags=["city"]) == "stale"
    assert cache.get_or_compute("key", Source("new"), seconds=60, tags=["city"]) == "new"


def _signal(server: RedisServer, number: signal.Signals) -> None:
    assert server._process is not None
    server._process.send_signal(number)


def test_redis_goes_and_comes_back(make_process: MakeProcess) -> None:
    server = RedisServer().start()
    try:
        here, there = make_process(url=server.url), make_process(url=server.url)
        here.set("key", "old", seconds=60, tags=["city"])
        assert there.get("key") == "old"
        wait_for(lambda: there.local.trusted)
        _signal(server, signal.SIGSTOP)
        source = Source("computed")
        wait_for(lambda: not there.local.trusted)
        assert there.get_or_compute("key", source, seconds=60, tags=["city"]) == "computed"
        assert there.get_or_compute("key", source, seconds=60, tags=["city"]) == "computed"
        assert source.calls == 1
        here.drop_tags("city")
        here.set("other", 1, seconds=60)
        _signal(server, signal.SIGCONT)
        wait_for(lambda: there.local.trusted and here.local.trusted, 10)
        assert wait_for(lambda: there.get("key") != "old") < 2
        assert here.get_or_compute("key", Source("new"), seconds=60, tags=["city"]) == "new"
        wait_for(lambda: there.get("key") == "new")
    finally:
        _signal(server, signal.SIGCONT)
        server.close()


def test_without_any_redis_it_still_answers(make_process: MakeProcess, unused_tcp_port: int) -> None:
    cache = make_process(url=f"redis://127.0.0.1:{unused_tcp_port}/0")
    source = Source()
    assert [cache.get_or_compute("key", source, seconds=60) for _ in range(50)] == ["v1"] * 50
    assert source.calls == 1
    cache.set("a", 1, seconds=60, tags=["t"])
    assert cache.get("a") == 1
    cache.drop_tags("t")
    assert cache.get("a") is None
    for number in range(1100):
        cache.drop_tags(f"t:{number}")
    assert cache.follower._pending == {"*"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_follows_drops_by_itself(make_process: MakeProcess) -> None:
    parent = make_process()
    parent.set("key", "old", seconds=60, tags=["city"])
    wait_for(lambda: parent.local.trusted)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, b"1" if _child_follows(parent) else b"0")
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        assert stream.read() == b"1"
    os.waitpid(child, 0)
    assert parent.get("key") is None


def _child_follows(cache: Cache) -> bool:
    first = cache.get("key")
    wait_for(lambda: cache.local.trusted)
    cache.drop_tags("city")
    return first == "old" and cache.get("key") is None


def test_a_hot_read_costs_little(cache: Cache) -> None:
    cache.set("key", b"x" * 1000, seconds=60)
    wait_for(lambda: cache.local.trusted)
    best = min(_time(lambda: cache.get("key")) for _ in range(20))
    reference = min(_time(lambda: {"key": {}}.get("key")) for _ in range(20))
    assert best < reference * 60


def _time(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    for _ in range(500):
        call()
    return time.perf_counter() - start


def test_a_value_ends_at_the_earliest_moment_that_its_computation_names(cache: Cache) -> None:
    source = Source()

    def inner() -> Any:
        good_until(now() + timedelta(seconds=0.3))
        good_until(now() + timedelta(seconds=50))
        return source()

    def outer() -> Any:
        return cache.get_or_compute("inner", inner, seconds=60)

    for _ in range(3):
        assert cache.get_or_compute("outer", outer, seconds=60) == "v1"
    assert source.calls == 1
    cache.forget_local()
    assert cache.get("outer") == "v1"
    wait_for(lambda: cache.get("outer") is None, 2)
    cache.forget_local()
    assert cache.get("outer") is None
    assert cache.get_or_compute("outer", outer, seconds=60) == "v1"
    assert source.calls == 2


def test_a_value_that_is_good_for_this_moment_alone_is_not_kept(cache: Cache) -> None:
    source = Source()

    def compute() -> Any:
        good_until(now())
        return source()

    good_until(now())  # nothing is computed here, so it does nothing
    for _ in range(2):
        assert cache.get_or_compute("key", compute, seconds=60) == "v1"
    assert source.calls == 2
