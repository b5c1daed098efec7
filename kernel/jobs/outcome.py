"""Settling: what becomes of a piece of work after a run, written only by the worker that still has it."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Table, update

from kernel.addons.inbox import report_problem, settle_problem
from kernel.clock import now
from kernel.db import session, transaction
from kernel.jobs.backoff import retry_delay
from kernel.jobs.models import DEAD, DONE, FAILED, RUNNING, Work

ERROR_LENGTH = 4000
"""How many characters of a traceback are kept; the end of it."""
LASTING = 3
"""From this failed try on, work that will be tried again shows in the health inbox; fewer are everyday life."""
_TROUBLES = {"kernel_job": ("failing_job", "failed_job"), "kernel_delivery": ("failing_delivery", "dead_letter")}
"""By table, what the inbox calls work that keeps failing, and work that was given up."""


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


def mark_done(works: Sequence[Claimed]) -> set[UUID]:
    """Set the processed marks in the open transaction; ids of those that have not meanwhile gone to somebody else.

    All are of one kind and claimed by one worker. On PostgreSQL a rival waits here for our commit and then gets
    nothing; SQLite lets one writer in at a time.
    """
    table = _table(works[0])
    mine = (table.c.id.in_([work.id for work in works]), table.c.state == RUNNING, table.c.worker == works[0].worker)
    done = update(table).where(*mine).values(state=DONE, finished_at=now(), error=None)
    return set(session().scalars(done.returning(table.c.id)))


def mark_failed(work: Claimed, error: BaseException, *, marked: bool = False) -> str | None:
    """Put the work back for a later try, or among the dead when its tries are used up; the new state.

    None when it has meanwhile gone to somebody else. ``marked``: the open transaction has set its processed mark.
    """
    failures = work.attempts + 1
    state = DEAD if failures > work.retries else FAILED
    values = {"state": state, "attempts": failures, "error": error_text(error), "sent": 0, "sent_until": None}
    when = {"finished_at": now()} if state == DEAD else {"finished_at": None, "due_at": now() + retry_delay(failures)}
    table = _table(work)
    mine = (table.c.id == work.id, table.c.state == (DONE if marked else RUNNING), table.c.worker == work.worker)
    with transaction():
        settled = update(table).where(*mine).values(worker=None, **values, **when).returning(table.c.id)
        return state if session().execute(settled).first() else None


def error_text(error: BaseException) -> str:
    """The end of the error's traceback, as text that both databases store."""
    return "".join(traceback.format_exception(error))[-ERROR_LENGTH:].replace("\0", "�")


def tell_inbox(work: Claimed, state: str, error: BaseException | None) -> None:
    """Tell the health inbox of a run that ended in ``state``; outside any transaction.

    Work that keeps failing is a warning, which ends with its success or with its last try. What was given up is an
    error, which stays until somebody dismisses it.
    """
    failing, given_up = _TROUBLES[work.model.__tablename__]
    if state == FAILED and error and work.attempts + 1 >= LASTING:
        report_problem(work.owner, failing, work.name, _what_happened(work, error), "warning")
    elif state in (DONE, DEAD) and work.attempts >= LASTING:
        settle_problem(work.owner, failing, work.name)
    if state == DEAD and error:
        report_problem(work.owner, given_up, work.name, _what_happened(work, error), "error")


def _what_happened(work: Claimed, error: BaseException) -> str:
    message = f"{work.name} failed {work.attempts + 1} times, at last with {type(error).__name__}: {error}"
    return message.replace("\0", "�")[:500]


def _table(work: Claimed) -> Table:
    return cast(Table, work.model.__table__)  # a Core statement costs a fifth of the ORM's
