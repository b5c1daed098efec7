"""The worker's side of a job: claim it, run it as its addon's code, settle it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, update

from kernel.clock import monotonic, now
from kernel.db import session, transaction
from kernel.jobs.attempt import time_limit, working_for
from kernel.jobs.declaration import Job
from kernel.jobs.messages import receiver
from kernel.jobs.models import DONE, READY, RUNNING, JobRow
from kernel.jobs.outcome import Claimed, mark_done, mark_failed, tell_inbox
from kernel.jobs.parking import park, why_parked
from kernel.jobs.progress import running_job
from kernel.jobs.state import Outcome
from kernel.runtime import platform

log = structlog.get_logger(__name__)
EARLY = timedelta(seconds=5)
"""How much before its time a job may run, because machines' clocks differ."""


@dataclass(frozen=True, slots=True)
class _Call:
    work: Claimed
    job: Job[..., Any]
    args: dict[str, Any]
    request_id: str | None
    language: str | None


@receiver
def perform_job(job_id: str) -> None:
    """Run one job, unless somebody else has it or it must stand still. RQ calls this with what a message carries."""
    call = _claim(UUID(job_id))
    if call is None:
        return
    started, raised = monotonic(), None
    try:
        with working_for(call.work.owner, call.request_id, call.language), running_job(call.work.id):
            state = _run(call)
    except (Exception, SystemExit) as error:  # an addon's code may raise anything
        raised, state = error, _fail(call.work, error)
    if state is not None:
        seconds = monotonic() - started
        tell_inbox(call.work, state, raised)
        platform.jobs.observe(Outcome("job", call.work.name, call.work.owner, state, seconds, raised))


@transaction
def _take(job_id: UUID, worker: UUID) -> bool:
    free = (JobRow.id == job_id, JobRow.state.in_(READY), JobRow.due_at <= now() + EARLY)
    taken = update(JobRow).where(*free).values(state=RUNNING, worker=worker, started_at=now(), unique_key=None)
    return session().execute(taken.returning(JobRow.id)).first() is not None


def _claim(job_id: UUID) -> _Call | None:
    columns = (JobRow.name, JobRow.owner, JobRow.args, JobRow.attempts, JobRow.request_id, JobRow.language)
    row = session().execute(select(*columns).where(JobRow.id == job_id)).one_or_none()
    if row is None:
        return None
    job, reason = platform.jobs.find(row.name), why_parked(row.name, row.owner)
    if job is None or reason is not None:
        park([job_id], reason or "")
        return None
    worker = platform.jobs.workforce.ensure()
    if not _take(job_id, worker):
        return None
    work = Claimed(JobRow, job_id, row.owner, row.name, row.attempts, job.retries, worker)
    return _Call(work, job, row.args, row.request_id, row.language)


def _run(call: _Call) -> str | None:
    """Run the function; ``done``, or None when the job has meanwhile gone to somebody else."""
    if not call.job.transactional:
        with time_limit(call.job.timeout):
            call.job.function(**call.args)
        with transaction():
            return DONE if mark_done([call.work]) else None
    with transaction():
        if not mark_done([call.work]):
            return None
        with time_limit(call.job.timeout):
            call.job.function(**call.args)
    return DONE


def _fail(work: Claimed, error: BaseException) -> str | None:
    state = mark_failed(work, error)
    log.warning("job_failed", job=work.name, id=str(work.id), state=state, error=repr(error))
    return state
