"""When a cron is due: slots are fixed points in time, the same for every process that works them out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Every:
    """A slot each ``seconds``, counted from 1970, so that it doesn't depend on when a process started."""

    seconds: int

    def __post_init__(self) -> None:
        if self.seconds < 1:
            raise ValueError(f"cron(every={self.seconds}): give whole seconds, at least 1.")

    def latest_slot(self, at: datetime, zone: str) -> datetime:
        """The last slot that is not after ``at``, in UTC; ``zone`` makes no difference."""
        period = timedelta(seconds=self.seconds)
        return _EPOCH + (at - _EPOCH) // period * period

    def __str__(self) -> str:
        return f"every {self.seconds} s"


@dataclass(frozen=True, slots=True)
class Expression:
    """Slots by a cron expression of five fields, read in the site's time zone."""

    text: str

    def __post_init__(self) -> None:
        if not (is_plain(self.text) or _is_known_to_croniter(self.text)):
            raise ValueError(f"cron({self.text!r}) is not a cron expression of five fields, like '*/5 * * * *'.")

    def latest_slot(self, at: datetime, zone: str) -> datetime:
        """The last slot that is not after ``at``, in UTC."""
        from croniter import croniter

        just_after = (at.replace(microsecond=0) + timedelta(seconds=1)).astimezone(ZoneInfo(zone))
        slot: datetime = croniter(self.text, just_after).get_prev(datetime)
        found = [slot.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
        if just_after.fold:
            # An hour that clocks show twice has its slots twice, and those of the first time may be the latest.
            turned_back = just_after.replace(fold=0).astimezone(UTC) - just_after.astimezone(UTC)
            wall = just_after.replace(tzinfo=None) - turned_back
            slot = croniter(self.text, wall).get_prev(datetime)
            found.append(slot.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
        return max(slot for slot in found if slot <= at)

    def __str__(self) -> str:
        return self.text


Schedule = Every | Expression


def is_plain(text: str) -> bool:
    """Whether the expression is made of numbers, lists, ranges and steps only, and all of them are in range.

    That can be told without croniter, whose import takes longer than all else that declarations need.
    """
    fields = text.split()
    return len(fields) == 5 and all(map(_is_plain_field, fields, _LIMITS))


def _is_plain_field(field: str, limits: tuple[int, int]) -> bool:
    return all(_is_plain_part(_PART.fullmatch(part), *limits) for part in field.split(","))


def _is_plain_part(part: re.Match[str] | None, least: int, most: int) -> bool:
    if part is None:
        return False
    first = int(part["first"] or least)
    return least <= first <= int(part["last"] or first) <= most and 1 <= int(part["step"] or 1) <= most


def _is_known_to_croniter(text: str) -> bool:
    from croniter import croniter

    return len(text.split()) == 5 and bool(croniter.is_valid(text))


_PART = re.compile(r"(?:\*|(?P<first>[0-9]{1,2})(?:-(?P<last>[0-9]{1,2}))?)(?:(?<![0-9])/(?P<step>[0-9]{1,2}))?")
_LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
