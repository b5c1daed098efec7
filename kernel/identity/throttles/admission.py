"""Letting a call in or refusing it: the general limits and those that stand on the view."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import redis

from kernel.clock import monotonic
from kernel.crypto import keyed_hash
from kernel.errors import ServiceUnavailable, TooManyRequests
from kernel.identity.addresses import client_address, network_of
from kernel.identity.principal import principal_or_anonymous
from kernel.identity.throttles.counters import Count, LocalCounter, RedisCounter, Use
from kernel.identity.throttles.rules import ThrottleRule
from kernel.runtime import platform as current_platform

if TYPE_CHECKING:
    from kernel.runtime import Platform

READ, WRITE = "kernel.read", "kernel.write"
"""The general limits of one caller, by the settings ``read_limit`` and ``write_limit``."""
AWAY_SECONDS = 1.0
"""So long plain writes don't ask Redis after it failed: one that hangs costs each question its timeout."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left under the tightest limit that a call was counted under."""

    limit: int
    remaining: int
    reset: int
    """Seconds until the window ends."""

    def headers(self) -> dict[str, str]:
        """The ``RateLimit-*`` headers."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class Throttles:
    """`platform.identity.throttles`."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._redis = RedisCounter(platform)
        self._local = LocalCounter(self._redis)
        self._away_until = 0.0
        settings = platform.settings
        self._general = {
            READ: ThrottleRule(READ, settings.read_limit, 60.0, "principal", "local"),
            WRITE: ThrottleRule(WRITE, settings.write_limit, 60.0, "principal", "redis"),
        }

    def rule(self, key: str) -> ThrottleRule | None:
        """The declared rule, or None."""
        found = self._general.get(key)
        if found is None:
            contribution = self._platform.registry.find("throttle", key)
            found = contribution.value if contribution is not None else None
        return found

    def admit(self, keys: Sequence[str], *, write: bool, strict: bool = False) -> Allowance | None:
        """Count the current call under the general limit and ``keys``; None when nothing limits it.

        While Redis is away a plain write is counted in the process. Raises `TooManyRequests`, and
        `ServiceUnavailable` when Redis is away but must be asked: for one of ``keys``, or because the call is
        ``strict`` (makes orders or moves money).
        """
        if write or keys:
            return self._take([(key, "") for key in (WRITE if write else READ, *keys)], forgiving=not strict)
        rule = self._general[READ]
        if not rule.limit:
            return None
        count = self._local.add(Use(f"{READ}:{_subject(rule, '', None)}", rule.per), rule.limit)
        return _tightest([(rule, count)]) if count.used > rule.limit else _allowance(rule, count)

    def take(self, key: str, value: str = "", *, address: str | None = None) -> Allowance | None:
        """Count one use of ``key``, for a limit by value that of ``value``. Raises what `admit` raises.

        ``address`` is the client's, where it isn't the current request's (a socket event).
        """
        return self._take([(key, value)], address)

    def _take(
        self, wanted: Iterable[tuple[str, str]], address: str | None = None, *, forgiving: bool = False
    ) -> Allowance | None:
        strict: list[tuple[ThrottleRule, Use]] = []
        local: list[tuple[ThrottleRule, Use]] = []
        for key, value in wanted:
            rule = self.rule(key)
            if rule is None:
                raise LookupError(f"No throttle rule is declared for {key!r}; declare it with throttle_rule.")
            if rule.limit:
                use = Use(f"{rule.key}:{_subject(rule, value, address)}", rule.per)
                (strict if rule.settle == "redis" else local).append((rule, use))
        counted = [(rule, self._local.add(use, rule.limit)) for rule, use in local]
        if strict:
            counts = self._ask(strict, forgiving=forgiving)
            counted += [(rule, count) for (rule, _), count in zip(strict, counts, strict=True)]
        return _tightest(counted)

    def _ask(self, wanted: Sequence[tuple[ThrottleRule, Use]], *, forgiving: bool) -> list[Count]:
        forgiving = forgiving and all(rule.key == WRITE for rule, _ in wanted)
        if forgiving and monotonic() < self._away_until:
            return [self._local.add(use, rule.limit) for rule, use in wanted]
        try:
            return self._redis.add([use for _, use in wanted])
        except redis.RedisError:
            self._away_until = monotonic() + AWAY_SECONDS
            if forgiving:
                return [self._local.add(use, rule.limit) for rule, use in wanted]
            raise ServiceUnavailable from None


def take(key: str, value: str = "") -> Allowance | None:
    """Count one use of the declared limit ``key`` inside a service; ``value`` for limits by value.

    Raises `TooManyRequests`, and `ServiceUnavailable` when Redis must be asked and is away.
    """
    return current_platform.identity.throttles.take(key, value)


def _subject(rule: ThrottleRule, value: str, address: str | None) -> str:
    """Whose window it is. Values are hashed: Redis shall not know mobile numbers."""
    if rule.by == "global":
        return "all"
    if rule.by == "value":
        return "v:" + keyed_hash("throttle", value)[:32]
    user_id = principal_or_anonymous().user_id if rule.by == "principal" else None
    if user_id is not None:
        return f"u:{user_id.hex}"
    return f"a:{network_of(client_address() if address is None else address)}"


def _tightest(counted: Sequence[tuple[ThrottleRule, Count]]) -> Allowance | None:
    """The allowance with the least left. Raises `TooManyRequests` for the longest of the limits that are used up."""
    over = [(count.ends_in, rule) for rule, count in counted if count.used > rule.limit]
    if over:
        ends_in, rule = max(over, key=lambda item: item[0])
        reset = max(math.ceil(ends_in), 1)
        headers = Allowance(rule.limit, 0, reset).headers()
        raise TooManyRequests(headers={**headers, "Retry-After": str(reset)})
    allowances = [_allowance(rule, count) for rule, count in counted]
    return min(allowances, key=lambda allowance: allowance.remaining, default=None)


def _allowance(rule: ThrottleRule, count: Count) -> Allowance:
    return Allowance(rule.limit, rule.limit - count.used, max(math.ceil(count.ends_in), 0))
