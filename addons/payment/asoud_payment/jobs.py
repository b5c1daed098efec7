"""What is done later, and by the clock. None of it runs in a transaction: gateways are asked."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import cron, job
from asoud_payment.services import reconciling, refunding, sweeping


@job(queue="critical", transactional=False)
def send_refund(refund_id: str) -> None:
    """Send a refund to its gateway."""
    refunding.send(UUID(refund_id))


@job(queue="bulk", transactional=False, timeout=3600)
def reconcile(reconciliation_id: str) -> None:
    """Hold our payments against what a gateway says."""
    reconciling.run(UUID(reconciliation_id))


@cron(every=120, queue="critical", timeout=600)
def sweep_payments() -> None:
    """Find what nobody told us of: pending, unknown and unverified payments, and refunds that are due."""
    sweeping.sweep()
