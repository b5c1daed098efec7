"""Deleting what is long finished, in small transactions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select

from kernel.clock import now
from kernel.db import session, transaction
from kernel.db.lease import Lease
from kernel.events.models import Delivery, EventRow
from kernel.jobs.models import DEAD, DONE, JobRow

KEEP = timedelta(days=7)
"""How long finished jobs and delivered events stay to be looked at."""
KEEP_DEAD = timedelta(days=90)
"""How long dead letters wait for an operator."""
BATCH = 1000


def purge() -> int:
    """Delete finished jobs, and events of which nobody waits for a delivery any more; how many."""
    _purge_leases()
    return _in_batches(_purge_jobs) + _in_batches(_purge_dead_deliveries) + _in_batches(_purge_events)


@transaction
def _purge_leases() -> None:
    """Workers that were killed leave theirs behind."""
    session().execute(delete(Lease).where(Lease.expires_at < now() - timedelta(days=1)))


def _in_batches(step: Callable[[datetime], int]) -> int:
    total = 0
    while count := step(now()):
        total += count
    return total


@transaction
def _purge_jobs(moment: datetime) -> int:
    old = (JobRow.state == DONE) & (JobRow.finished_at < moment - KEEP)
    very_old = (JobRow.state == DEAD) & (JobRow.finished_at < moment - KEEP_DEAD)
    ids = session().scalars(select(JobRow.id).where(old | very_old).limit(BATCH)).all()
    session().execute(delete(JobRow).where(JobRow.id.in_(ids)))
    return len(ids)


@transaction
def _purge_dead_deliveries(moment: datetime) -> int:
    dead = (Delivery.state == DEAD, Delivery.finished_at < moment - KEEP_DEAD)
    ids = session().scalars(select(Delivery.id).where(*dead).limit(BATCH)).all()
    session().execute(delete(Delivery).where(Delivery.id.in_(ids)))
    return len(ids)


@transaction
def _purge_events(moment: datetime) -> int:
    """An event goes with its deliveries, once all of them have been made for a while."""
    recent = (Delivery.finished_at.is_(None)) | (Delivery.finished_at >= moment - KEEP) | (Delivery.state == DEAD)
    needed = exists().where(Delivery.event_id == EventRow.id, recent)
    old = (EventRow.relayed_at < moment - KEEP, ~needed)
    ids = session().scalars(select(EventRow.id).where(*old).limit(BATCH)).all()
    session().execute(delete(Delivery).where(Delivery.event_id.in_(ids)))
    session().execute(delete(EventRow).where(EventRow.id.in_(ids)))
    return len(ids)
