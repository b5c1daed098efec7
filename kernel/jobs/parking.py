"""Jobs whose addon is disabled or gone are parked with a reason, and come back when their code does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from kernel.context import KERNEL
from kernel.db import session, transaction
from kernel.jobs.models import PARKED, QUEUED, READY, JobRow
from kernel.runtime import platform

ADDON_DISABLED, ADDON_MISSING, JOB_UNKNOWN = "addon_disabled", "addon_missing", "job_unknown"


def why_parked(name: str, owner: str) -> str | None:
    """The reason for which this process must not run the job, or None when it may."""
    contribution = platform.jobs.contribution(name)
    if contribution is not None:
        return None if platform.gate.counts(contribution) else ADDON_DISABLED
    return JOB_UNKNOWN if owner == KERNEL or owner in platform.registry.loaded else ADDON_MISSING


def park(ids: Sequence[UUID], reason: str) -> None:
    """Park those of the jobs that don't run yet."""
    waiting = (JobRow.id.in_(ids), JobRow.state.in_(READY))
    values = {"state": PARKED, "parked_reason": reason, "sent": 0, "sent_until": None}
    with transaction():
        session().execute(update(JobRow).where(*waiting).values(values))


def park_standing() -> bool:
    """Park the waiting jobs of all addons that don't count here now; whether there were any."""
    waiting = select(JobRow.name, JobRow.owner).where(JobRow.state.in_(READY)).distinct()
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for name, owner in session().execute(waiting):
        if reason := why_parked(name, owner):
            by_reason[reason].append(name)
    for reason, names in by_reason.items():
        with transaction():
            _change((JobRow.name.in_(names), JobRow.state.in_(READY)), PARKED, reason)
    return bool(by_reason)


def resume_parked() -> bool:
    """Queue the parked jobs that may run again; whether there were any."""
    parked = select(JobRow.name, JobRow.owner).where(JobRow.state == PARKED).distinct()
    names = [name for name, owner in session().execute(parked) if why_parked(name, owner) is None]
    if names:
        with transaction():
            _change((JobRow.name.in_(names), JobRow.state == PARKED), QUEUED, None)
    return bool(names)


def _change(where: Sequence[object], state: str, reason: str | None) -> None:
    values = {"state": state, "parked_reason": reason, "sent": 0, "sent_until": None}
    session().execute(update(JobRow).where(*where).values(values))  # type: ignore[arg-type]  # column conditions
