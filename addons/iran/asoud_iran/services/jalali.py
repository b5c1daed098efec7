"""Dates of the Jalali calendar, in which Iran counts. Days are those of Tehran."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from asoud_iran.services.digits import ascii_digits, persian_digits
from asoud_iran.services.errors import IdentifierError

if TYPE_CHECKING:
    from persiantools.jdatetime import JalaliDate

TEHRAN = ZoneInfo("Asia/Tehran")
FIRST_YEAR, LAST_YEAR = 1200, 1600
_WRITTEN = re.compile(r"\s*([0-9]{4})[-/.\s]([0-9]{1,2})[-/.\s]([0-9]{1,2})\s*")


def tehran_day(moment: dt.date | dt.datetime) -> dt.date:
    """The day that a moment falls on in Tehran; a plain date is that day already. Raises ValueError without a zone."""
    if not isinstance(moment, dt.datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone.")
    return moment.astimezone(TEHRAN).date()


def format_jalali(moment: dt.date | dt.datetime, pattern: str = "%Y/%m/%d", language: str = "fa") -> str:
    """The Jalali date of ``moment`` by a strftime ``pattern``; ``%B`` and ``%A`` are the month's and the day's name.

    In Persian with Persian digits and names (``۱۴۰۳/۰۱/۰۱``), otherwise with ASCII digits and Latin names.
    """
    written: str = _jalali(tehran_day(moment)).strftime(pattern, locale="fa" if language == "fa" else "en")
    return persian_digits(written) if language == "fa" else written


def parse_jalali(text: str) -> dt.date:
    """The Gregorian date of a Jalali one, year first, written with ``/``, ``-``, ``.`` or blanks in any digit script.

    Raises `IdentifierError` ``iran.jalali_format`` or ``iran.jalali_date`` (there is no such day).
    """
    from persiantools.jdatetime import JalaliDate

    match = _WRITTEN.fullmatch(ascii_digits(text))
    if match is None:
        raise IdentifierError("iran.jalali_format", "Write the date as year/month/day, for instance 1403/01/31.")
    year, month, day = map(int, match.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR or not JalaliDate.check_date(year, month, day):
        raise IdentifierError("iran.jalali_date", "There is no such day in the Jalali calendar.")
    gregorian: dt.date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]  # persiantools
    return gregorian


def jalali_year(day: dt.date) -> int:
    """The Jalali year that a day falls in."""
    year: int = _jalali(day).year
    return year


def jalali_year_days(year: int) -> tuple[dt.date, dt.date]:
    """The first and the last day of a Jalali year, as Gregorian dates."""
    first = parse_jalali(f"{year:04}/01/01")
    return first, parse_jalali(f"{year + 1:04}/01/01") - dt.timedelta(days=1)


def _jalali(day: dt.date) -> JalaliDate:
    from persiantools.jdatetime import JalaliDate

    return JalaliDate(day)  # type: ignore[no-untyped-call]  # persiantools is typed in part
