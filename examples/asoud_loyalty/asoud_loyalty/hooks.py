"""What this addon does in the hooks and on the events of others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import DeliveredEvent, hook, on, setting
from asoud_loyalty import services
from asoud_loyalty.jobs import tell_balance


@hook("users.personal_data")
def personal_data(user_id: UUID) -> tuple[str, Any]:
    """A user's export has his points in it."""
    return "loyalty", [{"points": entry.points, "reason": entry.reason} for entry in services.entries_of(user_id)]


@on("users.registered", version=1)
def welcome(event: DeliveredEvent) -> None:
    """A new user gets points."""
    services.award(UUID(event.payload["user_id"]), setting("welcome_points"), "welcome")


@on("loyalty.points_changed", version=1, when_disabled="drop")
def tell(event: DeliveredEvent) -> None:
    """Have a worker tell the user's sockets."""
    tell_balance.enqueue(user_id=event.payload["user_id"])
