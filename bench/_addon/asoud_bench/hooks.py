"""Three implementations of each hook, and the event's handler."""

from __future__ import annotations

from addon_sdk import DeliveredEvent, hook, on
from asoud_bench import services


@hook("bench.badges")
def first(limit: int) -> str:
    """One badge."""
    return f"first {limit}"


@hook("bench.badges")
def second(limit: int) -> str:
    """Another badge."""
    return f"first {limit}"


@hook("bench.badges")
def none(limit: int) -> None:
    """No badge."""


@hook("bench.may_list")
def small(limit: int) -> None:
    """Nothing to refuse."""


@hook("bench.may_list")
def by_day(limit: int) -> None:
    """Nothing to refuse."""


@hook("bench.may_list")
def by_night(limit: int) -> None:
    """Nothing to refuse."""


@on("bench.noted", version=1)
def write_down(event: DeliveredEvent) -> None:
    """Write a row, as a handler does."""
    services.note(event.payload["number"], event.payload["title"])
