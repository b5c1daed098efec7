"""What the kernel does for REST by the clock."""

from __future__ import annotations

from kernel.jobs import cron
from kernel.rest.idempotency import purge_idempotency_keys


@cron(every=3600)
def purge_idempotency() -> None:
    """Forget idempotency keys whose 24 hours are over."""
    purge_idempotency_keys()
