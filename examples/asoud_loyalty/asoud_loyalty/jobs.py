"""Work for the workers, now and by the clock."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import cron, job
from asoud_loyalty import services


@job(queue="default", timeout=30, retries=3)
def tell_balance(user_id: str) -> None:
    """Tell a user's sockets how many points he has."""
    services.tell(UUID(user_id))


@cron("0 3 * * *")
def expire_points() -> None:
    """Take back points whose time is over, every night."""
    while services.expire():
        pass
