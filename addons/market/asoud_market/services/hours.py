"""When a market is open: by its week, the country's holidays, its own days off and temporary closures.

Hours are those of Tehran, in minutes after midnight. A day without hours is closed. A span may end at 24:00; one that
goes on after midnight is two, the second on the next day.
"""

from __future__ import annotations

import datetime as dt
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
"""Days in which the next opening is looked for."""


class Badge(NamedTuple):
    """Whether a market is open at a moment, why not, and when that changes next."""

    is_open: bool
    reason: str | None
    """``temporary``, ``day_off``, ``holiday`` or ``hours``; None while it is open."""
    until: dt.datetime | None
    """When it closes, or opens again; None when that isn't known."""


def weekday(day: dt.date) -> int:
    """The day's place in the Iranian week: Saturday is 0, Friday 6."""
    return (day.weekday() + 2) % 7


def spans_of(market: Market, day: dt.date) -> list[tuple[int, int]]:
    """When the market is open on a day, in minutes after midnight; empty when it isn't. Closures don't count here."""
    if reason_of(market, day) is not None or not market.week:
        return []
    return [(span["opens"], span["closes"]) for span in market.week[weekday(day)]]


def reason_of(market: Market, day: dt.date) -> str | None:
    """Why a market is closed for a whole day whatever its week says: ``day_off``, ``holiday``, or None."""
    if any(off["date"] == day.isoformat() for off in market.days_off):
        return "day_off"
    return "holiday" if market.rests_on_holidays and is_holiday(day) else None


def badge(market: Market, moment: dt.datetime | None = None) -> Badge | None:
    """Whether the market is open at a moment (by default now); None when it doesn't tell its hours."""
    at = moment or now()
    if _closed_at(market, at):
        return Badge(False, "temporary", market.closed_until)
    if not market.shows_hours:
        return None
    today = tehran_day(at)
    spans = spans_of(market, today)
    current = next((end for start, end in spans if _moment(today, start) <= at < _moment(today, end)), None)
    if current is not None:
        return Badge(True, None, _closing(market, today, current, at))
    return Badge(False, reason_of(market, today) or "hours", _opening(market, at))


def _closed_at(market: Market, at: dt.datetime) -> bool:
    if market.closed_from is None or at < market.closed_from:
        return False
    return market.closed_until is None or at < market.closed_until


def _moment(day: dt.date, minutes: int) -> dt.datetime:
    """By the clock on the wall, so that a day of 23 or 25 hours doesn't shift it."""
    days, minute = divmod(minutes, MIDNIGHT)
    wall = dt.datetime.combine(day + dt.timedelta(days=days), dt.time(minute // 60, minute % 60), TEHRAN)
    return wall.astimezone(dt.UTC)


def _closing(market: Market, day: dt.date, end: int, at: dt.datetime) -> dt.datetime:
    """A span that ends at midnight goes on with one that begins there; a temporary closure ends it before."""
    for _ in range(_LOOK_AHEAD):
        following = [closes for opens, closes in spans_of(market, day + dt.timedelta(days=1)) if opens == 0]
        if end != MIDNIGHT or not following:
            break
        day, end = day + dt.timedelta(days=1), following[0]
    closes = _moment(day, end)
    return min(closes, market.closed_from) if market.closed_from and market.closed_from > at else closes


def _opening(market: Market, at: dt.datetime) -> dt.datetime | None:
    today = tehran_day(at)
    for ahead in range(_LOOK_AHEAD):
        day = today + dt.timedelta(days=ahead)
        for opens, _ in spans_of(market, day):
            moment = _moment(day, opens)
            if moment > at and not _closed_at(market, moment):
                return moment
    return None


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
