"""Work by the clock."""

from __future__ import annotations

from addon_sdk import cron
from asoud_inventory.services import reserving


@cron(every=10)
def expire_reservations() -> None:
    """Free what was reserved for too long."""
    reserving.expire()
