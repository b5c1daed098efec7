"""Settling: what becomes of a piece of work after a run, written only by the worker that still has it."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, update

from kernel.addons.inbox import report_problem
from kernel.clock import now
from kernel.db import session, transaction
from kernel.jobs.backoff import retry_delay
from kernel.jobs.models import DEAD, DONE, FAILED, RUNNING, Work

ERROR_LENGTH = 4000
"""How many characters of a traceback are kept; the end of it."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this worker runs."""

    model: type[Work]
    id: UUID
    owner: str
    name: str
    """The job's or subscriber's."""
    attempts: int
    retries: int
    worker: UUID


def mark_done(work: Claimed) -> bool:
    """Set the processed mark in the open transaction; False when the work has meanwhile gone to somebody else.

    On PostgreSQL a rival waits here for our commit and then gets False; SQLite lets one writer in at a time.
    """
    return _settle(work, state=DONE, finished_at=now(), error=None)


def mark_failed(work: Claimed, error: BaseException) -> str | None:
    """Put the work back for a later try, or among the dead when its tries are used up; the new state.

    None when it has meanwhile gone to somebody else.
    """
    failures = work.attempts + 1
    state = DEAD if failures > work.retries else FAILED
    values = {"state": state, "attempts": failures, "error": error_text(error), "sent": 0, "sent_until": None}
    if state == DEAD:
        values["finished_at"] = now()
    else:
        values["due_at"] = now() + retry_delay(failures)
    with transaction():
        return state if _settle(work, **values) else None


def error_text(error: BaseException) -> str:
    """The end of the error's traceback, as text that both databases store."""
    return "".join(traceback.format_exception(error))[-ERROR_LENGTH:].replace("\0", "�")


def report_dead(work: Claimed, kind: str, error: BaseException) -> None:
    """Tell the health inbox; outside any transaction."""
    message = f"{work.name} failed {work.attempts + 1} times, at last with {type(error).__name__}: {error}"
    report_problem(work.owner, kind, work.name, message.replace("\0", "�")[:500], "error")


def _settle(work: Claimed, **values: Any) -> bool:
    mine = (work.model.id == work.id, work.model.state == RUNNING, work.model.worker == work.worker)
    statement = update(work.model).where(*mine).values(worker=None, **values)
    result = session().execute(statement, execution_options={"synchronize_session": False})
    return bool(cast("CursorResult[Any]", result).rowcount)
