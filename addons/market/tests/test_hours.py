"""Open or closed, by the clock of Tehran."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from asoud_market.models import Market
from asoud_market.services.hours import badge, spans_of, weekday
from asoud_market.testing import API

TEHRAN = ZoneInfo("Asia/Tehran")
MINE = f"{API}/my/markets"
WORK = [{"opens": 9 * 60, "closes": 13 * 60}, {"opens": 16 * 60, "closes": 21 * 60}]


def shop(**values: Any) -> Market:
    given: dict[str, Any] = {
        "shows_hours": True,
        "rests_on_holidays": True,
        "week": [WORK] * 6 + [[]],
        "days_off": [],
        "closed_from": None,
        "closed_until": None,
    }
    return Market(**{**given, **values})


def at(day: str, clock: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=TEHRAN).astimezone(dt.UTC)


SATURDAY, FRIDAY, SUNDAY = "2026-05-16", "2026-05-22", "2026-05-17"


def test_the_week_begins_on_saturday() -> None:
    assert [weekday(dt.date.fromisoformat(day)) for day in (SATURDAY, SUNDAY, FRIDAY)] == [0, 1, 6]


@pytest.mark.parametrize(
    ("clock", "is_open", "until"),
    [
        ("08:59", False, "09:00"),
        ("09:00", True, "13:00"),
        ("12:59:59", True, "13:00"),
        ("13:00", False, "16:00"),
        ("20:59", True, "21:00"),
    ],
)
def test_open_within_its_spans(clock: str, is_open: bool, until: str) -> None:
    found = badge(shop(), at(SATURDAY, clock))
    assert found is not None
    assert (found.is_open, found.until) == (is_open, at(SATURDAY, until))
    assert found.reason == (None if is_open else "hours")


def test_a_day_without_spans_is_closed_until_the_next() -> None:
    found = badge(shop(), at(FRIDAY, "12:00"))
    assert found == (False, "hours", at("2026-05-23", "09:00"))


def test_the_day_is_tehrans_not_utcs() -> None:
    night = dt.datetime(2026, 5, 15, 21, 0, tzinfo=dt.UTC)  # Saturday, 00:30 in Tehran
    open_all_saturday = shop(week=[[{"opens": 0, "closes": 1440}], *[[]] * 6])
    found = badge(open_all_saturday, night)
    assert found is not None
    assert found.is_open
    assert found.until == at(SUNDAY, "00:00")


def test_holidays_and_days_off() -> None:
    nowruz = "2026-03-21"
    assert badge(shop(), at(nowruz, "10:00")).reason == "holiday"  # type: ignore[union-attr]  # it shows hours
    assert badge(shop(rests_on_holidays=False), at(nowruz, "10:00")).is_open  # type: ignore[union-attr]  # see above
    off = shop(days_off=[{"date": SATURDAY, "note": ""}])
    found = badge(off, at(SATURDAY, "10:00"))
    assert found == (False, "day_off", at(SUNDAY, "09:00"))
    assert spans_of(off, dt.date.fromisoformat(SATURDAY)) == []
    assert spans_of(off, dt.date.fromisoformat(SUNDAY)) == [(540, 780), (960, 1260)]


def test_a_span_over_midnight_is_two_that_meet() -> None:
    week = [[{"opens": 20 * 60, "closes": 1440}], [{"opens": 0, "closes": 2 * 60}], *[[]] * 5]
    found = badge(shop(week=week), at(SATURDAY, "23:00"))
    assert found == (True, None, at(SUNDAY, "02:00"))


def test_spans_that_meet_are_one_time() -> None:
    touching = [{"opens": 9 * 60, "closes": 13 * 60}, {"opens": 13 * 60, "closes": 17 * 60}]
    assert badge(shop(week=[touching, *[[]] * 6]), at(SATURDAY, "10:00")) == (True, None, at(SATURDAY, "17:00"))


def test_what_never_closes_has_no_end() -> None:
    always = [[{"opens": 0, "closes": 1440}]] * 7
    assert badge(shop(week=always, rests_on_holidays=False), at(SATURDAY, "10:00")) == (True, None, None)
    off = shop(week=always, rests_on_holidays=False, days_off=[{"date": FRIDAY, "note": ""}])
    assert badge(off, at(SATURDAY, "10:00")) == (True, None, at(FRIDAY, "00:00"))


@pytest.mark.parametrize(
    ("closed", "seen", "expected"),
    [
        (("08:00", "10:00"), "07:00", (False, "hours", "10:00")),
        (("08:00", "10:00"), "09:30", (False, "temporary", "10:00")),
        (("08:00", "10:00"), "10:00", (True, None, "13:00")),
        (("10:00", "12:00"), "09:30", (True, None, "10:00")),
        (("10:00", "12:00"), "12:00", (True, None, "13:00")),
        (("10:00", "14:00"), "11:00", (False, "temporary", "16:00")),
    ],
)
def test_a_closure_ends_when_the_market_opens(closed: tuple[str, str], seen: str, expected: Any) -> None:
    begin, end = (at(SATURDAY, clock) for clock in closed)
    is_open, reason, until = expected
    found = badge(shop(closed_from=begin, closed_until=end), at(SATURDAY, seen))
    assert found == (is_open, reason, at(SATURDAY, until))


def test_a_closure_that_ends_on_a_closed_day_ends_with_the_next_opening() -> None:
    closed = shop(closed_from=at(SATURDAY, "00:00"), closed_until=at(FRIDAY, "12:00"))
    for day in (SATURDAY, SUNDAY):
        assert badge(closed, at(day, "10:00")) == (False, "temporary", at("2026-05-23", "09:00"))
    assert badge(closed, at(FRIDAY, "12:00")) == (False, "hours", at("2026-05-23", "09:00"))
    forever = shop(closed_from=at(SATURDAY, "00:00"), closed_until=dt.datetime.max.replace(tzinfo=dt.UTC))
    assert badge(forever, at(SATURDAY, "10:00")) == (False, "temporary", None)


def test_days_off_are_looked_up_at_once() -> None:
    """However many there are and however long nothing opens, a badge is there in a moment."""
    first = dt.date.fromisoformat(SATURDAY)
    off = shop(days_off=[{"date": (first + dt.timedelta(days=n)).isoformat(), "note": ""} for n in range(200)])

    def steps() -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(note)
        try:
            assert badge(off, at(SATURDAY, "10:00")) == (False, "day_off", None)
        finally:
            sys.setprofile(None)
        return count

    steps()
    assert steps() < 2_000


def test_a_temporary_closure_wins_and_ends() -> None:
    closed = shop(closed_from=at(SATURDAY, "00:00"), closed_until=at(SUNDAY, "12:00"))
    assert badge(closed, at(SATURDAY, "10:00")) == (False, "temporary", at(SUNDAY, "12:00"))
    assert badge(closed, at(SUNDAY, "12:00")).is_open  # type: ignore[union-attr]  # it shows hours
    for_good = shop(shows_hours=False, closed_from=at(SATURDAY, "00:00"))
    assert badge(for_good, at(FRIDAY, "10:00")) == (False, "temporary", None)


def test_without_hours_there_is_no_badge_and_without_spans_it_is_closed() -> None:
    assert badge(shop(shows_hours=False), at(SATURDAY, "10:00")) is None
    assert badge(shop(week=[]), at(SATURDAY, "10:00")) == (False, "hours", None)


def test_hours_over_rest(owner: Any, market: Any, change: Any) -> None:
    path = f"{MINE}/{market['id']}/hours"
    assert owner.get(path).json["opening"] is None
    week = [[{"opens": "۰۹:۰۰", "closes": "24:00"}], *[[]] * 6]
    off = [{"date": "2026-06-02", "note": "سفر"}, {"date": "2026-06-01"}, {"date": "2026-06-01", "note": "عقد"}]
    told = change(owner, path, {"shows_hours": True, "week": week, "days_off": off})
    assert told.status_code == 200, told.text
    assert told.json["week"][0] == [{"opens": "09:00", "closes": "24:00"}]
    assert told.json["days_off"] == [{"date": "2026-06-01", "note": "عقد"}, {"date": "2026-06-02", "note": "سفر"}]
    assert owner.get(path).json == told.json
    closed = owner.put(f"{MINE}/{market['id']}/closure", json={"note": "تعمیر"}).json
    assert (closed["opening"]["reason"], closed["closed_note"]) == ("temporary", "تعمیر")


def test_a_badge_that_has_changed_is_sent_anew(owner: Any, market: Any, clock: Any) -> None:
    path = f"{MINE}/{market['id']}/hours"
    reopens = (clock.now() + dt.timedelta(minutes=10)).isoformat()
    assert owner.put(f"{MINE}/{market['id']}/closure", json={"closed_until": reopens}).status_code == 200
    seen = owner.get(path)
    etag = seen.headers["ETag"]
    assert seen.json["opening"]["reason"] == "temporary"
    assert owner.get(path, headers={"If-None-Match": etag}).status_code == 304
    clock.tick(10 * 60)
    anew = owner.get(path, headers={"If-None-Match": etag})
    assert (anew.status_code, anew.json["opening"]) == (200, None)
    week = {"shows_hours": True, "week": [[] for _ in range(7)]}
    assert owner.put(path, json=week, headers={"If-Match": etag}).status_code == 412
    changed = owner.put(path, json=week, headers={"If-Match": anew.headers["ETag"]})
    assert changed.status_code == 200
    assert owner.get(path, headers={"If-None-Match": changed.headers["ETag"]}).status_code == 304


WRONG = [
    ([[]] * 6, "/week"),
    ([[{"opens": "10:00", "closes": "10:00"}], *[[]] * 6], "/week/0"),
    ([[{"opens": "10:00", "closes": "12:00"}, {"opens": "11:00", "closes": "13:00"}], *[[]] * 6], "/week/0"),
    ([[{"opens": "25:00", "closes": "26:00"}], *[[]] * 6], "/week/0/0/opens"),
    ([[{"opens": "10:60", "closes": "12:00"}], *[[]] * 6], "/week/0/0/opens"),
]


@pytest.mark.parametrize(("week", "pointer"), WRONG)
def test_wrong_hours_are_named(owner: Any, market: Any, change: Any, week: Any, pointer: str) -> None:
    answer = change(owner, f"{MINE}/{market['id']}/hours", {"shows_hours": True, "week": week})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("begin", [{"closed_from": "2026-05-02T00:00:00Z"}, {}])
def test_a_closure_ends_after_it_begins(owner: Any, market: Any, begin: dict[str, str]) -> None:
    body = {**begin, "closed_until": "2020-05-01T00:00:00Z"}
    answer = owner.put(f"{MINE}/{market['id']}/closure", json=body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/closed_until")


@pytest.mark.parametrize("day", ["1405-01-01", "0001-01-01", "9999-12-31", "2101-01-01"])
def test_days_of_another_calendar_are_named(owner: Any, market: Any, change: Any, day: str) -> None:
    path = f"{MINE}/{market['id']}"
    body = {"shows_hours": True, "week": [[]] * 7, "days_off": [{"date": "2026-03-21"}, {"date": day}]}
    wrong = [
        (change(owner, f"{path}/hours", body), "/days_off/1/date"),
        (owner.put(f"{path}/closure", json={"closed_from": f"{day}T12:00:00Z"}), "/closed_from"),
    ]
    for answer, pointer in wrong:
        (error,) = answer.json["errors"]
        assert (answer.status_code, error["pointer"]) == (422, pointer)
        assert "میلادی" in error["message"]
