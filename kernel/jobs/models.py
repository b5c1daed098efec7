"""Tables of the work to do: jobs, and the crons' last slots. Redis holds only ids that point here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import JSON, Model, UTCDateTime

QUEUED, RUNNING, DONE, FAILED, PARKED, DEAD = "queued", "running", "done", "failed", "parked", "dead"
READY = (QUEUED, FAILED)
"""States from which work is sent to a worker: not tried yet, or waiting to be tried again."""
STATES = (QUEUED, RUNNING, DONE, FAILED, PARKED, DEAD)


class Work(Model):
    """What a job and the delivery of an event have in common: where it stands and who has it."""

    __abstract__ = True

    owner: Mapped[str] = mapped_column(String(40))
    """The addon whose code runs; while it is disabled the work stands still."""
    state: Mapped[str] = mapped_column(String(10), default=QUEUED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """How often it has failed."""
    vanished: Mapped[int] = mapped_column(Integer, default=0)
    """How often the worker that had it was gone before the end; counted apart, since it is seldom the work's fault."""
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent: Mapped[int] = mapped_column(Integer, default=0)
    """How often its id went to Redis since it last ran."""
    sent_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Until then the message in Redis is trusted to arrive; afterwards it is sent again."""
    worker: Mapped[UUID | None]
    """Holder of the lease of the worker that runs it."""
    error: Mapped[str | None] = mapped_column(Text)
    """The end of the last failure's traceback."""
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class JobRow(Work):
    """One call of a `Job`, from enqueueing to its end."""

    __tablename__ = "kernel_job"
    __table_args__ = (
        UniqueConstraint("name", "slot"),
        Index("ix_kernel_job_state_due_at", "state", "due_at"),
        Index("ix_kernel_job_state_finished_at", "state", "finished_at"),
    )

    name: Mapped[str] = mapped_column(String(160))
    addon_version: Mapped[str] = mapped_column(String(60), default="")
    """Version of the owner that enqueued it."""
    queue: Mapped[str] = mapped_column(String(20))
    args: Mapped[dict[str, Any]] = mapped_column(JSON)
    unique_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    """Held by a job declared ``unique`` while it waits for its first run."""
    slot: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """The cron slot that it was made for."""
    request_id: Mapped[str | None] = mapped_column(String(128))
    language: Mapped[str | None] = mapped_column(String(16))
    parked_reason: Mapped[str | None] = mapped_column(String(40))
    """``addon_disabled``, ``addon_missing`` or ``job_unknown``."""
    progress_done: Mapped[int | None] = mapped_column(Integer)
    progress_total: Mapped[int | None] = mapped_column(Integer)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CronState(Model):
    """The last slot for which a cron was enqueued; moving it forward is what one runner only can do."""

    __tablename__ = "kernel_cron"

    name: Mapped[str] = mapped_column(String(160), unique=True)
    last_slot: Mapped[datetime] = mapped_column(UTCDateTime)
