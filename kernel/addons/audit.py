"""Who did what to which addon, and the lock that lets one lifecycle action happen at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select

from kernel.addons.models import AddonAction
from kernel.db import session, transaction
from kernel.db.lease import hold
from kernel.errors import OperatorError


@contextmanager
def lifecycle_lock() -> Iterator[None]:
    """Only one process on any machine changes addons at a time. Raises OperatorError when another is at it."""
    with hold("addons.lifecycle", seconds=30) as held:
        if not held:
            raise OperatorError("another process is changing addons right now. Wait for it to end and try again.")
        yield


@contextmanager
def action(addon: str, what: str, actor: str, **detail: object) -> Iterator[None]:
    """Write an action to the audit trail when it starts, and how it ended."""
    with transaction():
        record = AddonAction(addon=addon, action=what, actor=actor, outcome="started", detail=detail)
        session().add(record)
        session().flush()
        record_id = record.id
    try:
        yield
    except BaseException as error:
        _finish(record_id, "failed", {**detail, "error": str(error)})
        raise
    _finish(record_id, "done", detail)


def _finish(record_id: object, outcome: str, detail: dict[str, object]) -> None:
    with transaction():
        record = session().get(AddonAction, record_id)
        if record is not None:
            record.outcome, record.detail = outcome, detail


def history(addon: str | None = None, *, limit: int = 100) -> Sequence[AddonAction]:
    """The latest actions, newest first."""
    query = select(AddonAction).order_by(AddonAction.id.desc()).limit(limit)
    return session().scalars(query.where(AddonAction.addon == addon) if addon else query).all()
