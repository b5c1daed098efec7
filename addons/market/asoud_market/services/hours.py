"""When a market is open: by its week, the country's holidays, its own days off and temporary closures.

Hours are those of Tehran, in minutes after midnight. A day without hours is closed. A span may end at 24:00; one that
goes on after midnight is two, the second on the next day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from asoud_iran.services import is_holiday, tehran_day

from addon_sdk import now, session, transaction
from asoud_market.models import Market
from asoud_market.services.access import demand_market
from asoud_market.services.editing import editable, touched

TEHRAN = ZoneInfo("Asia/Tehran")
MIDNIGHT = 24 * 60
_LOOK_AHEAD = 60
"""Days in which the next opening is looked for; what is open for all of them has no end."""
_FAR = dt.timedelta(days=3650)
"""The end of a closure that is farther away isn't looked at; the calendar may end before."""
_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


class Badge(NamedTuple):
    """Whether a market is open at a moment, why not, and when that changes next."""

    is_open: bool
    reason: str | None
    """``temporary``, ``day_off``, ``holiday`` or ``hours``; None while it is open."""
    until: dt.datetime | None
    """When it closes, or opens again; None for never, as far as is known."""


def weekday(day: dt.date) -> int:
    """The day's place in the Iranian week: Saturday is 0, Friday 6."""
    return (day.weekday() + 2) % 7


def spans_of(market: Market, day: dt.date) -> list[tuple[int, int]]:
    """When the market is open on a day, in minutes after midnight; empty when it isn't. Closures don't count here."""
    return _spans(market, day, _days_off(market))


def _spans(market: Market, day: dt.date, off: frozenset[str]) -> list[tuple[int, int]]:
    if not market.week or _reason(market, day, off) is not None:
        return []
    return [(span["opens"], span["closes"]) for span in market.week[weekday(day)]]


def _days_off(market: Market) -> frozenset[str]:
    return frozenset(each["date"] for each in market.days_off)


def _reason(market: Market, day: dt.date, off: frozenset[str]) -> str | None:
    """Why a market is closed for a whole day whatever its week says: ``day_off``, ``holiday``, or None."""
    if day.isoformat() in off:
        return "day_off"
    return "holiday" if market.rests_on_holidays and is_holiday(day) else None


def badge(market: Market, moment: dt.datetime | None = None) -> Badge | None:
    """Whether the market is open at a moment (by default now); None when it doesn't tell its hours."""
    at = moment or now()
    closed = _closed_at(market, at)
    if not market.shows_hours:
        return Badge(False, "temporary", market.closed_until) if closed else None
    off = _days_off(market)
    looked_from = min(market.closed_until or at, at + _FAR) if closed else at
    start, end = next((time for time in _times(market, tehran_day(looked_from), off) if time[1] > at), (_NEVER, _NEVER))
    if start <= at:
        return Badge(True, None, _known(end))
    return Badge(False, "temporary" if closed else _reason(market, tehran_day(at), off) or "hours", _known(start))


def _closed_at(market: Market, at: dt.datetime) -> bool:
    if market.closed_from is None or at < market.closed_from:
        return False
    return market.closed_until is None or at < market.closed_until


def _moment(day: dt.date, minutes: int) -> dt.datetime:
    """By the clock on the wall, so that a day of 23 or 25 hours doesn't shift it."""
    days, minute = divmod(minutes, MIDNIGHT)
    wall = dt.datetime.combine(day + dt.timedelta(days=days), dt.time(minute // 60, minute % 60), TEHRAN)
    return wall.astimezone(dt.UTC)


def _times(market: Market, today: dt.date, off: frozenset[str]) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """When the market is open from a day on, the temporary closure left out; spans that meet are one time."""
    begin = end = -1  # a time of no length, which nobody sees
    for ahead in range(_LOOK_AHEAD):
        midnight = ahead * MIDNIGHT
        for opens, closes in _spans(market, today + dt.timedelta(days=ahead), off):
            if midnight + opens != end:
                yield from _without_closure(market, _moment(today, begin), _moment(today, end))
                begin = midnight + opens
            end = midnight + closes
    is_endless = end == _LOOK_AHEAD * MIDNIGHT
    yield from _without_closure(market, _moment(today, begin), _NEVER if is_endless else _moment(today, end))


def _without_closure(market: Market, start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    shut, again = market.closed_from or _NEVER, market.closed_until or _NEVER
    for time in ((start, min(end, shut)), (max(start, again), end)):
        if time[0] < time[1]:
            yield time


def _known(moment: dt.datetime) -> dt.datetime | None:
    return None if moment == _NEVER else moment


def hours_of(market: Market) -> dict[str, Any]:
    """The market's week, days off and closure, as they are shown."""
    return {
        "shows_hours": market.shows_hours,
        "rests_on_holidays": market.rests_on_holidays,
        "week": market.week or [[] for _ in range(7)],
        "days_off": [{**off, "date": dt.date.fromisoformat(off["date"])} for off in market.days_off],
        "closed_from": market.closed_from,
        "closed_until": market.closed_until,
        "closed_note": market.closed_note,
        "opening": badge(market),
    }


def version_of(market_id: UUID) -> str:
    """What the ETag of a market's hours is made of: they change when the badge does too, by the clock alone.

    Raises NotFound for strangers.
    """
    return _version(demand_market(market_id, "market.view"))


def locked_version_of(market_id: UUID) -> str:
    """The same, with the market's row locked for the update that follows. Raises NotFound for strangers."""
    return _version(demand_market(market_id, "market.view", lock=True))


def _version(market: Market) -> str:
    return f"{market.version} {badge(market)}"


@transaction
def set_hours(market_id: UUID, values: dict[str, Any]) -> Market:
    """Say when a market is open. A published one stays published. Raises as `editing.editable` does."""
    market = editable(market_id)
    market.shows_hours, market.rests_on_holidays = values["shows_hours"], values["rests_on_holidays"]
    market.week = [[{"opens": span["opens"], "closes": span["closes"]} for span in day] for day in values["week"]]
    days = {off["date"]: off["note"] for off in values["days_off"]}
    market.days_off = [{"date": day.isoformat(), "note": days[day]} for day in sorted(days)]
    return touched(market, reviewed=False)


@transaction
def close_for_a_while(market_id: UUID, values: dict[str, Any]) -> Market:
    """Close a market from a moment on, until another or until further notice. Raises as `editing.editable` does."""
    market = editable(market_id, "market.operate")
    market.closed_from, market.closed_until = values["closed_from"] or now(), values["closed_until"]
    market.closed_note = values["note"]
    return touched(market, reviewed=False)


@transaction
def open_again(market_id: UUID) -> Market:
    """End a temporary closure. Raises as `editing.editable` does."""
    market = editable(market_id, "market.operate")
    market.closed_from, market.closed_until, market.closed_note = None, None, ""
    session().flush()
    return touched(market, reviewed=False)
