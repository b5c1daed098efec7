"""When a cron is due: slots are fixed points in time, the same for every process that works them out."""

from __future__ import annotations

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
        from croniter import croniter  # only who declares an expression pays for the import

        if len(self.text.split()) != 5 or not croniter.is_valid(self.text):
            raise ValueError(f"cron({self.text!r}) is not a cron expression of five fields, like '*/5 * * * *'.")

    def latest_slot(self, at: datetime, zone: str) -> datetime:
        """The last slot that is not after ``at``, in UTC."""
        from croniter import croniter

        just_after = at.astimezone(ZoneInfo(zone)).replace(microsecond=0) + timedelta(seconds=1)
        slot: datetime = croniter(self.text, just_after).get_prev(datetime)
        return slot.astimezone(UTC)

    def __str__(self) -> str:
        return self.text


Schedule = Every | Expression
