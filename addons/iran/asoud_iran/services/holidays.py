"""Public holidays of Iran, and counting by working days. Holidays of the lunar calendar are calculated ahead.

What the government decides on short notice is known when the library `holidays` knows it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

from asoud_iran.services.jalali import jalali_year_days

THURSDAY, FRIDAY = 3, 4
WEEKEND = frozenset((THURSDAY, FRIDAY))
"""Days off each week, by `datetime.date.weekday`."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which the country rests, with all its reasons in both languages."""

    day: dt.date
    name_fa: str
    name_en: str


@cache
def _names(year: int, language: str) -> dict[dt.date, str]:
    """Holidays of a Gregorian year."""
    from holidays import country_holidays

    return dict(country_holidays("IR", years=year, language=language))


def is_holiday(day: dt.date) -> bool:
    """Whether a day is a public holiday; a weekend alone is none."""
    return day in _names(day.year, "fa_IR")


def holidays_of_year(year: int) -> list[Holiday]:
    """The public holidays of a Jalali year in order. Raises `IdentifierError` for a year that isn't counted here."""
    first, last = jalali_year_days(year)
    years = range(first.year, last.year + 1)
    days = sorted(day for each in years for day in _names(each, "fa_IR") if first <= day <= last)
    return [Holiday(day, _names(day.year, "fa_IR")[day], _names(day.year, "en_US")[day]) for day in days]


def is_working_day(day: dt.date, weekend: Collection[int] = WEEKEND) -> bool:
    """Whether offices work on a day: not in the weekend, no holiday."""
    return day.weekday() not in weekend and not is_holiday(day)


def next_working_day(day: dt.date, weekend: Collection[int] = WEEKEND) -> dt.date:
    """``day`` itself if it is a working day, else the first one after it."""
    return next(_working_days(day, 1, weekend))


def add_working_days(day: dt.date, number: int, weekend: Collection[int] = WEEKEND) -> dt.date:
    """The ``number``-th working day after ``day`` (before it when negative); ``day`` itself for 0."""
    if not number:
        return day
    step = 1 if number > 0 else -1
    days = _working_days(day + dt.timedelta(days=step), step, weekend)
    return next(found for position, found in zip(count(1), days, strict=False) if position == abs(number))


def working_days_between(first: dt.date, last: dt.date, weekend: Collection[int] = WEEKEND) -> int:
    """How many working days lie after ``first`` up to and with ``last``; negative when ``last`` comes earlier."""
    if last < first:
        return -working_days_between(last, first, weekend)
    span = (first + dt.timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(is_working_day(day, weekend) for day in span)


def _working_days(day: dt.date, step: int, weekend: Collection[int]) -> Iterator[dt.date]:
    if not set(range(7)) - set(weekend):
        raise ValueError("A week that is all weekend has no working day.")
    for distance in count():
        candidate = day + dt.timedelta(days=distance * step)
        if is_working_day(candidate, weekend):
            yield candidate
