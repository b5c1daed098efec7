"""Work by the clock."""

from __future__ import annotations

from addon_sdk import cron
from asoud_market.services import tallies


@cron(every=15)
def add_up() -> None:
    """Add new views, likes, bookmarks and shares to the markets' counts."""
    tallies.add_up()


@cron("25 * * * *")
def forget_guests() -> None:
    """Forget which guests have looked, as soon as they would count again."""
    tallies.forget_guests()
