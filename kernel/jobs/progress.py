"""How far a running job is, for those who wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from sqlalchemy import update

from kernel.clock import monotonic
from kernel.db import session, transaction
from kernel.jobs.models import JobRow

PAUSE_SECONDS = 0.5
"""Reports that come sooner after the last one are left out, except the final one."""


class _Running:
    def __init__(self, job_id: UUID) -> None:
        self.job_id = job_id
        self.last: float | None = None


_running: ContextVar[_Running | None] = ContextVar("asoud_job", default=None)


def current_job_id() -> UUID | None:
    """Id of the job that runs here; None outside every job."""
    running = _running.get()
    return running.job_id if running else None


def report_progress(done: int, total: int) -> None:
    """Say that ``done`` of ``total`` steps are finished; readable through `job_status` and the command line.

    Does nothing outside a job. Inside a transaction it shows when that commits.
    """
    running = _running.get()
    if running is None or (running.last is not None and done < total and monotonic() - running.last < PAUSE_SECONDS):
        return
    running.last = monotonic()
    with transaction():
        row = update(JobRow).where(JobRow.id == running.job_id)
        session().execute(row.values(progress_done=done, progress_total=total))


@contextmanager
def running_job(job_id: UUID) -> Iterator[None]:
    """Make ``job_id`` the job that the block belongs to."""
    token = _running.set(_Running(job_id))
    try:
        yield
    finally:
        _running.reset(token)
