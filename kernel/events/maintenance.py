"""The kernel's own cron for the tables of events and jobs."""

from __future__ import annotations

from kernel.jobs import cron
from kernel.jobs.purge import purge


@cron(every=3600, queue="bulk")
def purge_finished_work() -> None:
    """Delete jobs and events that were done with a week ago."""
    purge()
