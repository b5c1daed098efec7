"""Jalali dates, holidays and working days."""

from __future__ import annotations

import datetime as dt

import pytest
from asoud_iran.services import (
    IdentifierError,
    add_working_days,
    format_jalali,
    holidays_of_year,
    is_holiday,
    is_working_day,
    jalali_year,
    jalali_year_days,
    next_working_day,
    parse_jalali,
    tehran_day,
    working_days_between,
)
from hypothesis import given
from hypothesis import strategies as st

VECTORS = {
    "2024-03-19": "1402-12-29",
    "2024-03-20": "1403-01-01",
    "2025-03-20": "1403-12-30",
    "2025-03-21": "1404-01-01",
    "2026-03-21": "1405-01-01",
    "1979-02-11": "1357-11-22",
}
days = st.dates(dt.date(1900, 1, 1), dt.date(2150, 12, 31))
near = st.dates(dt.date(2015, 1, 1), dt.date(2030, 1, 1))


@pytest.mark.parametrize("day", VECTORS)
def test_measured_dates(day: str) -> None:
    gregorian, jalali = dt.date.fromisoformat(day), VECTORS[day]
    assert format_jalali(gregorian, "%Y-%m-%d", language="en") == jalali
    assert parse_jalali(jalali) == gregorian
    assert jalali_year(gregorian) == int(jalali[:4])


@given(days, st.sampled_from(["fa", "en"]), st.sampled_from(["%Y/%m/%d", "%Y-%m-%d", "%Y.%m.%d", " %Y %m %d "]))
def test_what_is_written_is_read(day: dt.date, language: str, pattern: str) -> None:
    assert parse_jalali(format_jalali(day, pattern, language)) == day


def test_names_of_days_and_months_come_in_both_languages() -> None:
    day = dt.date(2024, 3, 20)
    assert format_jalali(day, "%A %d %B %Y") == "چهارشنبه ۰۱ فروردین ۱۴۰۳"
    assert format_jalali(day, "%d %B %Y", "en") == "01 Farvardin 1403"
    assert parse_jalali("۱۴۰۳/۱/۱") == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1403/13/01", "iran.jalali_date"),
        ("1404/12/30", "iran.jalali_date"),
        ("1403/00/10", "iran.jalali_date"),
        ("0001/01/01", "iran.jalali_date"),
        ("9999/01/01", "iran.jalali_date"),
        ("03/01/01", "iran.jalali_format"),
        ("1403", "iran.jalali_format"),
        ("", "iran.jalali_format"),
    ],
)
def test_what_is_no_jalali_date(text: str, code: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_jalali(text)
    assert caught.value.code == code


def test_the_day_of_a_moment_is_that_of_tehran() -> None:
    evening = dt.datetime(2024, 3, 19, 21, 0, tzinfo=dt.UTC)
    assert tehran_day(evening) == dt.date(2024, 3, 20)
    assert format_jalali(evening) == "۱۴۰۳/۰۱/۰۱"
    with pytest.raises(ValueError, match="no time zone"):
        tehran_day(dt.datetime(2024, 3, 19, 21, 0))


@pytest.mark.parametrize(("year", "length"), [(1402, 365), (1403, 366), (1404, 365)])
def test_years_have_their_length(year: int, length: int) -> None:
    first, last = jalali_year_days(year)
    assert (last - first).days + 1 == length
    assert jalali_year(first) == jalali_year(last) == year


def test_holidays_of_a_year_come_in_order_with_their_names() -> None:
    holidays = holidays_of_year(1405)
    first, last = jalali_year_days(1405)
    assert [holiday.day for holiday in holidays] == sorted(holiday.day for holiday in holidays)
    assert all(first <= holiday.day <= last for holiday in holidays)
    nowruz = holidays[0]
    assert nowruz.day == dt.date(2026, 3, 21)
    assert "نوروز" in nowruz.name_fa
    assert "Nowruz" in nowruz.name_en
    revolution = next(holiday for holiday in holidays if holiday.day == dt.date(2027, 2, 11))
    assert revolution.name_fa == "پیروزی انقلاب اسلامی"


def test_a_year_out_of_range_is_refused() -> None:
    with pytest.raises(IdentifierError):
        holidays_of_year(99)


def test_offices_rest_on_thursday_friday_and_holidays() -> None:
    assert is_working_day(dt.date(2026, 4, 11))  # Saturday
    assert not is_working_day(dt.date(2026, 4, 9))  # Thursday
    assert not is_working_day(dt.date(2026, 4, 10))  # Friday
    assert is_working_day(dt.date(2026, 4, 9), weekend={4})
    assert is_holiday(dt.date(2026, 3, 23))
    assert not is_working_day(dt.date(2026, 3, 23))
    assert not is_holiday(dt.date(2026, 4, 10))


def test_counting_goes_around_nowruz() -> None:
    eve = dt.date(2026, 3, 18)  # Wednesday; the next days off are 19 to 24 March
    assert next_working_day(dt.date(2026, 3, 19)) == dt.date(2026, 3, 25)
    assert next_working_day(eve) == eve
    assert add_working_days(eve, 1) == dt.date(2026, 3, 25)
    assert add_working_days(dt.date(2026, 3, 25), -1) == eve
    assert add_working_days(dt.date(2026, 3, 20), 0) == dt.date(2026, 3, 20)
    assert working_days_between(eve, dt.date(2026, 3, 25)) == 1
    assert working_days_between(dt.date(2026, 3, 25), eve) == -1


@given(near, st.integers(1, 60))
def test_adding_and_counting_agree(day: dt.date, number: int) -> None:
    later = add_working_days(day, number)
    assert is_working_day(later)
    assert working_days_between(day, later) == number


def test_a_week_without_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="all weekend"):
        next_working_day(dt.date(2026, 1, 1), weekend=range(7))
