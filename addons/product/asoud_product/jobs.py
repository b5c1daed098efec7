"""What is done by the clock."""

from __future__ import annotations

from addon_sdk import cron
from asoud_product.services import prices


@cron(every=20)
def turn_sales() -> None:
    """Begin and end sales whose time has come."""
    prices.turn_sales()
