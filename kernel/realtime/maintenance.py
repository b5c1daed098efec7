"""What the cron runner does for realtime: old entries of streams go."""

from __future__ import annotations

from kernel.clock import now
from kernel.jobs import cron
from kernel.realtime import store
from kernel.runtime import platform


@cron(every=3600)
def purge_streams() -> None:
    """Remove the stream entries that are older than their stream keeps them."""
    for contribution in platform.registry.contributions("stream"):
        if contribution.value.fetch is None:
            store.purge(contribution.key, now() - contribution.value.keep)
