"""Limits as addons declare them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from kernel.addons.contributions import contribute
from kernel.addons.discovery import owner_of

By = Literal["principal", "address", "global", "value"]
Settle = Literal["redis", "local"]

ATTRIBUTE = "__asoud_throttles__"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ThrottleRule:
    """So many times in so many seconds.

    The window is fixed: it begins with the first use and ends ``per`` seconds later, so around its end up to twice
    the limit can pass within ``per`` seconds.
    """

    key: str
    limit: int
    per: float
    """Seconds."""
    by: By
    settle: Settle


def throttle_rule(key: str, limit: int, per: float, *, by: By = "principal", settle: Settle = "redis") -> ThrottleRule:
    """Declare, at module level, that ``key`` may be used ``limit`` times in ``per`` seconds.

    Counted ``by`` principal (an anonymous caller by address), by address, for all callers together (``global``), or by
    a ``value`` that a service gives to `take` (a mobile number). ``settle="redis"`` asks Redis in the request, exact
    among all processes, and refuses with 503 while Redis is away: for logins, codes and writes. ``settle="local"``
    counts in the process, settles with Redis each second and lets pass while Redis is away: for reads.
    The key begins with the addon's name; it is put in front when missing.
    """
    module = str(sys._getframe(1).f_globals["__name__"])
    owner = owner_of(module)
    if not key.startswith(f"{owner}."):
        key = f"{owner}.{key}"
    if limit < 1 or per <= 0 or by not in get_args(By) or settle not in get_args(Settle):
        words = f"by is one of {', '.join(get_args(By))}, settle one of {', '.join(get_args(Settle))}"
        raise ValueError(f"throttle {key}: limit and per are positive, {words}.")
    rule = ThrottleRule(key, limit, per, by, settle)
    contribute("throttle", key, rule, module=module)
    return rule


def throttled(*keys: str) -> Callable[[F], F]:
    """Count each call of a view or socket event under these declared keys, beside the general limits."""

    def mark(function: F) -> F:
        owner = owner_of(function.__module__)
        full = tuple(key if "." in key else f"{owner}.{key}" for key in keys)
        setattr(function, ATTRIBUTE, (*throttles_of(function), *full))
        return function

    return mark


def throttles_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The keys that stand on a view or socket event."""
    keys: tuple[str, ...] = getattr(function, ATTRIBUTE, ())
    return keys
