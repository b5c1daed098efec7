"""What this addon does by the clock."""

from __future__ import annotations

from addon_sdk import cron
from asoud_cart.services import carts


@cron("10 4 * * *", queue="bulk")
def delete_old_carts() -> None:
    """Delete guests' carts that nobody has changed for long."""
    carts.delete_old()
