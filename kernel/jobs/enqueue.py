"""Writing jobs down in the caller's transaction, and sending their ids once it has committed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from kernel.clock import now
from kernel.context import current_request_id
from kernel.db import after_commit, new_id, session, transaction
from kernel.i18n import current_language
from kernel.jobs.declaration import Job
from kernel.jobs.jsonable import check_json
from kernel.jobs.models import QUEUED, JobRow
from kernel.jobs.queues import Message
from kernel.jobs.sending import send
from kernel.jobs.upsert import insert_new
from kernel.runtime import platform


def enqueue(
    job: Job[..., Any],
    args: Mapping[str, Any],
    *,
    at: datetime | None = None,
    delay: timedelta | float = 0,
    slot: datetime | None = None,
) -> UUID:
    """Write the job down and have it sent after commit; see `Job.enqueue`. ``slot`` is the cron's that makes it."""
    _check_arguments(job, args)
    values = {**_values(job, args, _due_at(at, delay)), "slot": slot}
    with transaction():
        if job.unique:
            values["unique_key"] = _unique_key(job, args)
            there = _insert_unique(values)
            if there is not None:
                return there
        else:
            session().execute(insert(JobRow.__table__).values(values))  # type: ignore[arg-type]  # it is a Table
        if values["sent_until"] is not None:
            message = job_message(job.queue, values["id"])
            after_commit(lambda: send(JobRow, [(message, [values["id"]])]))
    job_id: UUID = values["id"]
    return job_id


def job_message(queue: str, job_id: UUID) -> Message:
    """The message that makes a worker run this job."""
    return Message(queue, "kernel.jobs.perform.perform_job", (str(job_id),))


def _check_arguments(job: Job[..., Any], args: Mapping[str, Any]) -> None:
    try:
        job.signature.bind(**args)
    except TypeError as error:
        raise TypeError(f"job {job.key!r}: {error}") from None
    for name, value in args.items():
        check_json(value, f"job {job.key!r}: argument {name!r}")


def _due_at(at: datetime | None, delay: timedelta | float) -> datetime:
    wait = delay if isinstance(delay, timedelta) else timedelta(seconds=delay)
    if at is not None and at.utcoffset() is None:
        raise ValueError(f"enqueue(at={at!r}): give a datetime with a time zone.")
    return (at or now()) + wait


def _values(job: Job[..., Any], args: Mapping[str, Any], due_at: datetime) -> dict[str, Any]:
    at_once = due_at <= now() and platform.gate.is_enabled(job.owner)
    trust = platform.jobs.timing.trust_for(0)
    return {
        "id": new_id(),
        "name": job.key,
        "owner": job.owner,
        "addon_version": platform.jobs.version_of(job.owner),
        "queue": job.queue,
        "args": dict(args),
        "state": QUEUED,
        "due_at": due_at,
        "sent": int(at_once),
        "sent_until": now() + trust if at_once else None,
        "request_id": current_request_id(),
        "language": current_language(),
    }


def _unique_key(job: Job[..., Any], args: Mapping[str, Any]) -> str:
    canonical = json.dumps(args, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{job.key}\n{canonical}".encode()).hexdigest()


def _insert_unique(values: dict[str, Any]) -> UUID | None:
    """Insert unless the key is taken; the id of the one that has it, or None when ours went in.

    The other's run may begin between the two statements and free the key, so it is tried until one of both holds.
    """
    waiting = select(JobRow.id).where(JobRow.unique_key == values["unique_key"])
    while not insert_new(JobRow, values):
        there = session().scalar(waiting)
        if there is not None:
            return there
    return None
