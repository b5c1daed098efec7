"""Work for the workers, now and by the clock."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import cron, job
from asoud_users.services import delivery


@job(queue="critical", timeout=30, retries=3)
def send_code(request_id: str) -> None:
    """Send a one-time code, in the language of whoever asked for it."""
    delivery.deliver(UUID(request_id))


@cron("40 3 * * *")
def forget_codes() -> None:
    """Delete codes and outbox messages of the days before."""
    delivery.forget_old()
