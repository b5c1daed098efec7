"""Slots and waits, as rules over all inputs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from croniter import croniter
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.jobs.backoff import LONGEST_SECONDS, retry_delay
from kernel.jobs.schedule import Every, Expression, is_plain
from kernel.jobs.timing import Timing

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(["Asia/Tehran", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
EXPRESSIONS = st.sampled_from(["* * * * *", "*/5 * * * *", "0 * * * *", "30 2 * * *", "0 3 1 * *", "15 10 * * 5"])


@settings(deadline=None)
@given(moment=MOMENTS, seconds=st.integers(1, 10**6))
def test_a_period_has_one_slot_at_a_time(moment: datetime, seconds: int) -> None:
    every = Every(seconds)
    slot = every.latest_slot(moment, "UTC")
    assert slot <= moment < slot + timedelta(seconds=seconds)
    assert every.latest_slot(slot, "UTC") == slot
    assert every.latest_slot(slot - timedelta(microseconds=1), "UTC") == slot - timedelta(seconds=seconds)


@settings(deadline=None)
@given(moment=MOMENTS, later=st.timedeltas(timedelta(), timedelta(days=40)), text=EXPRESSIONS, zone=ZONES)
def test_slots_of_an_expression_never_go_back(moment: datetime, later: timedelta, text: str, zone: str) -> None:
    expression = Expression(text)
    slot = expression.latest_slot(moment, zone)
    assert slot <= moment
    assert slot <= expression.latest_slot(moment + later, zone)
    assert slot.tzinfo is UTC


@settings(deadline=None)
@given(moment=MOMENTS, text=EXPRESSIONS, zone=ZONES)
def test_a_slot_is_its_own_latest(moment: datetime, text: str, zone: str) -> None:
    slot = Expression(text).latest_slot(moment, zone)
    assert Expression(text).latest_slot(slot, zone) == slot


PART = st.from_regex(
    r"(\*|[0-9]{1,2}(-[0-9]{1,2})?)(/[0-9]{1,2})?", fullmatch=True, alphabet=st.characters(codec="ascii")
)
FIELD = st.lists(PART, min_size=1, max_size=2).map(",".join)


@settings(deadline=None)
@given(st.lists(FIELD, min_size=5, max_size=5).map(" ".join))
def test_what_counts_as_plain_is_valid(text: str) -> None:
    assert not is_plain(text) or croniter.is_valid(text)


def test_the_usual_expressions_are_plain() -> None:
    for text in ("* * * * *", "*/5 * * * *", "20 3 * * *", "0 0 1,15 1-6 0"):
        assert is_plain(text)
    for text in ("60 * * * *", "* * 0 * *", "*/0 * * * *", "* * * *", "@daily", "0 0 * * mon"):
        assert not is_plain(text)
    assert Expression("0 0 * * mon").latest_slot(datetime(2026, 11, 22, tzinfo=UTC), "UTC").day == 16


def test_expressions_are_read_in_the_sites_zone() -> None:
    noon = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert Expression("30 13 * * *").latest_slot(noon, "Asia/Tehran") == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@settings(deadline=None)
@given(failures=st.integers(1, 10_000), jitter=st.floats(0, 1))
def test_waits_grow_up_to_a_limit(failures: int, jitter: float) -> None:
    wait = retry_delay(failures, jitter=jitter)
    assert timedelta(seconds=2) <= retry_delay(failures, jitter=0) <= wait <= retry_delay(failures, jitter=1)
    assert wait <= retry_delay(failures + 1, jitter=jitter)
    assert wait <= timedelta(seconds=LONGEST_SECONDS * 1.1)
    assert retry_delay(1, jitter=0) < retry_delay(2, jitter=0)


def test_what_failed_together_comes_apart() -> None:
    assert len({retry_delay(5) for _ in range(20)}) > 1


@settings(deadline=None)
@given(sent=st.integers(0, 10_000))
def test_trust_grows_up_to_a_limit(sent: int) -> None:
    timing = Timing()
    assert timing.trust_for(0) <= timing.trust_for(sent) <= timing.trust_for(sent + 1)
    assert timing.trust_for(sent) <= timedelta(seconds=timing.longest_trust)


@pytest.mark.parametrize("text", ["30 2 * * *", "*/5 * * * *", "0 3 * * *", "15 * * * *", "59 2 * * *"])
@pytest.mark.parametrize("start", [datetime(2004, 10, 30, 22, tzinfo=UTC), datetime(2005, 3, 26, 22, tzinfo=UTC)])
def test_slots_go_on_where_clocks_are_changed(text: str, start: datetime) -> None:
    expression = Expression(text)
    slots = [expression.latest_slot(start + timedelta(minutes=minute), "Europe/Berlin") for minute in range(600)]
    assert slots == sorted(slots)
    assert [expression.latest_slot(slot, "Europe/Berlin") for slot in slots] == slots
