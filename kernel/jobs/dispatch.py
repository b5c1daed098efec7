"""Sending jobs whose time has come, and those whose message has not led to a run."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from kernel.clock import now
from kernel.db import session, transaction
from kernel.jobs.enqueue import job_message
from kernel.jobs.models import READY, JobRow
from kernel.jobs.parking import park, why_parked
from kernel.jobs.sending import Parcel, send
from kernel.runtime import platform

BATCH = 500
"""Jobs that are looked at in one go."""


def dispatch_jobs() -> bool:
    """Send up to `BATCH` due jobs, and park those whose addon doesn't count now; whether there may be more."""
    untrusted = or_(JobRow.sent_until.is_(None), JobRow.sent_until < now())
    due = (JobRow.state.in_(READY), JobRow.due_at <= now(), untrusted)
    columns = (JobRow.id, JobRow.name, JobRow.owner, JobRow.queue, JobRow.sent)
    rows = session().execute(select(*columns).where(*due).order_by(JobRow.due_at).limit(BATCH)).all()
    standing: defaultdict[str, list[UUID]] = defaultdict(list)
    by_sent: defaultdict[int, list[UUID]] = defaultdict(list)
    parcels: list[Parcel] = []
    for row in rows:
        if reason := why_parked(row.name, row.owner):
            standing[reason].append(row.id)
        else:
            by_sent[row.sent].append(row.id)
            parcels.append((job_message(row.queue, row.id), [row.id]))
    for reason, ids in standing.items():
        park(ids, reason)
    if not parcels:
        return bool(standing)
    _mark_sent(by_sent)
    return send(JobRow, parcels) and len(rows) == BATCH


@transaction
def _mark_sent(by_sent: dict[int, list[UUID]]) -> None:
    for sent, ids in by_sent.items():
        values: dict[str, Any] = {"sent": sent + 1, "sent_until": now() + platform.jobs.timing.trust_for(sent)}
        statement = update(JobRow).where(JobRow.id.in_(ids), JobRow.state.in_(READY)).values(values)
        session().execute(statement, execution_options={"synchronize_session": False})
