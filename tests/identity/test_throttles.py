"""Limits: exact through Redis, settled for reads, by caller, address, value and all together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import redis
from flask import Flask

from kernel.clock import FrozenClock
from kernel.db import new_id
from kernel.errors import ServiceUnavailable, TooManyRequests
from kernel.identity.principal import Principal, acting_as
from kernel.identity.throttles import ThrottleRule, counters, take, throttle_rule, throttled, throttles_of
from kernel.identity.throttles.admission import AWAY_SECONDS
from kernel.identity.throttles.counters import LocalCounter, RedisCounter, Use
from kernel.runtime import Platform
from tests.identity.conftest import offer

Limits = Callable[..., Platform]


@pytest.fixture
def limits(make_app: Callable[..., Flask], redis_url: str) -> Limits:
    """Makes a process with declared rules; processes of one test share Redis and its prefix."""

    def make(*rules: ThrottleRule, **settings: object) -> Platform:
        app = make_app(**{"redis_url": redis_url, "redis_prefix": "limits:", **settings})
        platform: Platform = app.extensions["asoud"]
        for rule in rules:
            offer(platform, "throttle", rule.key, rule)
        return platform

    return make


def rule(limit: int = 2, by: str = "global", settle: str = "redis", key: str = "t.key") -> ThrottleRule:
    return ThrottleRule(key, limit, 60, by, settle)  # type: ignore[arg-type]  # the words are checked where declared


def outcomes(attempt: Callable[[], object], times: int) -> list[bool]:
    passed = []
    for _ in range(times):
        try:
            attempt()
            passed.append(True)
        except TooManyRequests:
            passed.append(False)
    return passed


def test_the_limit_holds_among_processes(limits: Limits) -> None:
    one, two = limits(rule(4)), limits(rule(4))
    passed = [outcomes(lambda p=p: p.identity.throttles.take("t.key"), 3) for p in (one, two)]
    assert passed == [[True, True, True], [True, False, False]]


def test_the_limit_holds_among_threads(limits: Limits) -> None:
    platform = limits(rule(10))
    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(lambda _: outcomes(lambda: platform.identity.throttles.take("t.key"), 1)[0], range(40)))
    assert sum(passed) == 10


def test_the_answer_says_what_is_left_and_when_to_come_back(limits: Limits) -> None:
    throttles = limits(rule(1)).identity.throttles
    allowance = throttles.take("t.key")
    assert allowance is not None
    assert allowance.headers() == {"RateLimit-Limit": "1", "RateLimit-Remaining": "0", "RateLimit-Reset": "60"}
    with pytest.raises(TooManyRequests) as caught:
        throttles.take("t.key")
    assert caught.value.headers["Retry-After"] == "60"
    assert caught.value.headers["RateLimit-Remaining"] == "0"


def test_a_window_ends(limits: Limits) -> None:
    platform = limits(rule(1))
    counter = RedisCounter(platform)
    assert counter.add([Use("w", 60)])[0].used == 1
    key = b"limits:throttle:w"
    assert 0 < platform.redis.pttl(key) <= 60_000
    platform.redis.persist(key)  # a window without an end, as a crash between two commands would leave it
    assert counter.add([Use("w", 60)])[0].used == 2
    assert 0 < platform.redis.pttl(key) <= 60_000


def test_windows_are_counted_per_subject(limits: Limits) -> None:
    rules = rule(1, "principal", key="t.p"), rule(1, "address", key="t.a"), rule(1, "value", key="t.v")
    platform = limits(*rules, trusted_proxies=1)
    throttles, somebody = platform.identity.throttles, Principal(user_id=new_id())

    def from_address(address: str, key: str, principal: Principal | None = None) -> bool:
        with platform.app.test_request_context(headers={"X-Forwarded-For": address}):
            if principal is None:
                return outcomes(lambda: throttles.take(key), 1)[0]
            with acting_as(principal):
                return outcomes(lambda: throttles.take(key), 1)[0]

    assert [from_address(a, "t.a") for a in ("192.0.2.1", "192.0.2.2", "192.0.2.1")] == [True, True, False]
    assert [from_address(a, "t.p", somebody) for a in ("192.0.2.1", "192.0.2.2")] == [True, False]
    assert [from_address(a, "t.p") for a in ("192.0.2.1", "192.0.2.2", "192.0.2.2")] == [True, True, False]
    with platform.app.app_context():
        assert [outcomes(lambda v=v: take("t.v", v), 1)[0] for v in ("0912", "0913", "0912")] == [True, True, False]
    assert not [key for key in platform.redis.keys("limits:*") if b"0912" in key]


def test_while_redis_hangs_plain_writes_do_not_wait_for_it_each(
    limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def hang(self: RedisCounter, uses: object, amounts: object = None) -> None:
        asked.append(uses)
        raise redis.TimeoutError

    monkeypatch.setattr(RedisCounter, "add", hang)
    throttles = limits(rule(4), write_limit=2).identity.throttles
    with FrozenClock() as clock, limits().app.test_request_context():
        assert outcomes(lambda: throttles.admit([], write=True), 3) == [True, True, False]
        assert len(asked) == 1
        for strict in ({"keys": ["t.key"]}, {"keys": [], "strict": True}):
            with pytest.raises(ServiceUnavailable):
                throttles.admit(write=True, **strict)
        assert len(asked) == 3
        clock.tick(AWAY_SECONDS)
        assert outcomes(lambda: throttles.admit([], write=True), 1) == [False]
        assert len(asked) == 4


def test_a_call_is_counted_under_all_its_limits(limits: Limits) -> None:
    platform = limits(rule(2), rule(1, settle="local", key="t.local"), write_limit=5, read_limit=5)
    with platform.app.test_request_context():
        throttles = platform.identity.throttles
        first = throttles.admit(["t.key", "t.local"], write=True)
        assert first is not None
        assert (first.limit, first.remaining) == (1, 0)
        with pytest.raises(TooManyRequests):
            throttles.admit(["t.local"], write=True)
        assert outcomes(lambda: throttles.admit((), write=True), 4) == [True, True, True, False]
        assert outcomes(lambda: throttles.admit((), write=False), 6) == [True] * 5 + [False]


def test_no_limit_is_no_work(limits: Limits) -> None:
    platform = limits(redis_url="redis://127.0.0.1:1/0")
    with platform.app.test_request_context():
        assert platform.identity.throttles.admit((), write=True) is None
        assert platform.identity.throttles.admit((), write=False) is None


def test_without_redis_reads_and_plain_writes_are_counted_here_and_others_wait(limits: Limits) -> None:
    platform = limits(rule(2), redis_url="redis://127.0.0.1:1/0", read_limit=3, write_limit=3)
    with platform.app.test_request_context():
        throttles = platform.identity.throttles
        assert outcomes(lambda: throttles.admit((), write=False), 4) == [True, True, True, False]
        assert outcomes(lambda: throttles.admit((), write=True), 4) == [True, True, True, False]
        for keys, strict in (((), True), (("t.key",), False)):
            with pytest.raises(ServiceUnavailable) as caught:
                throttles.admit(keys, write=True, strict=strict)
            assert "Retry-After" in caught.value.headers
        with pytest.raises(redis.RedisError):
            throttles._local.settle()


def test_processes_settle_their_reads(limits: Limits, clock: FrozenClock) -> None:
    one, two = (LocalCounter(RedisCounter(limits()), every=60) for _ in range(2))
    use = Use("reads", 60)
    assert [one.add(use, 100).used for _ in range(3)] == [1, 2, 3]
    assert two.add(use, 100).used == 1
    assert (one.settle(), two.settle(), one.settle()) == (1, 1, 0)
    assert two.add(use, 100).used == 5
    clock.tick(61)
    assert one.settle() == 0
    assert one.add(use, 100).used == 1


def test_refusals_are_not_counted(limits: Limits) -> None:
    counter = LocalCounter(RedisCounter(limits()), every=60)
    assert [counter.add(Use("reads", 60), 1).used for _ in range(4)] == [1, 2, 2, 2]


def test_a_new_window_begins_when_the_old_has_ended(limits: Limits, clock: FrozenClock) -> None:
    counter = LocalCounter(RedisCounter(limits()), every=60)
    use = Use("reads", 60)
    counter.add(use, 1)
    clock.tick(60)
    assert counter.add(use, 1).used == 1


def test_a_flood_of_callers_does_not_fill_the_memory(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "CAPACITY", 3)
    counter = LocalCounter(RedisCounter(limits()), every=60)
    for number in range(10):
        counter.add(Use(f"reads:{number}", 60), 5)
    assert len(counter._windows) <= 3


@pytest.mark.parametrize("redis_is_away", [False, True])
def test_the_settling_thread_ends_when_idle_and_comes_back(limits: Limits, redis_is_away: bool) -> None:
    settings = {"redis_url": "redis://127.0.0.1:1/0"} if redis_is_away else {}
    shared = RedisCounter(limits(**settings))
    counter = LocalCounter(shared, every=0.01)
    threads = []
    for _ in range(2):
        counter.add(Use("reads", 60), 5)
        thread = counter._thread
        assert thread is not None
        thread.join(10)
        assert not thread.is_alive()
        threads.append(thread)
    assert threads[0] is not threads[1]
    if not redis_is_away:
        assert shared.add([Use("reads", 60)])[0].used == 3


def test_a_process_settles_its_reads_each_second_by_itself(limits: Limits) -> None:
    platform = limits(read_limit=5)
    assert platform.identity.throttles._local._every == 1.0
    with platform.app.test_request_context():
        platform.identity.throttles.admit((), write=False)
    thread = platform.identity.throttles._local._thread
    assert thread is not None
    assert thread.is_alive()


def test_rules_and_keys_are_named_after_their_addon() -> None:
    declared = throttle_rule("clicks", 5, 60, by="address")
    assert declared == ThrottleRule("tests.clicks", 5, 60, "address", "redis")
    assert throttle_rule("tests.reads", 5, 1, settle="local").key == "tests.reads"

    @throttled("other.key")
    @throttled("clicks")
    def view() -> None:
        """A view."""

    assert throttles_of(view) == ("tests.clicks", "other.key")
    assert throttles_of(len) == ()


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"per": 0}, {"by": "moon"}, {"settle": "never"}])
def test_a_wrong_rule_is_refused_where_it_stands(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"tests\.clicks"):
        throttle_rule("clicks", **{"limit": 1, "per": 1, **wrong})  # type: ignore[arg-type]  # wrong on purpose


def test_an_undeclared_key_is_an_error(limits: Limits, user_id: UUID) -> None:
    with pytest.raises(LookupError, match=r"no\.such"):
        limits().identity.throttles.take("no.such")
