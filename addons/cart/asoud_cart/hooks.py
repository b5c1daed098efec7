"""What this addon does in its own hooks and in those of others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import hook
from asoud_cart.hookspecs import Quote
from asoud_cart.services import privacy, quoting


@hook("cart.price", phase="sale")
def reduce(quote: Quote) -> None:
    """Sales, and prices for colleagues."""
    quoting.reduce_to_present(quote)


@hook("users.personal_data")
def personal_data(user_id: UUID) -> tuple[str, Any]:
    """A user's export has his cart."""
    return "cart", privacy.export(user_id)


@hook("users.erase")
def erase(user_id: UUID) -> None:
    """A cart goes with its user."""
    privacy.erase(user_id)
