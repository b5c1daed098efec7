"""Looking at work: one job's state for whoever waits for it, and lists for operators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, select

from kernel.db import session
from kernel.errors import NotFound
from kernel.events.models import Delivery, EventRow
from kernel.jobs.models import DEAD, JobRow

Kind = Literal["job", "delivery"]
KINDS: tuple[Kind, ...] = ("job", "delivery")


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A job, or the delivery of an event to a subscriber, as operators see it."""

    id: UUID
    kind: Kind
    name: str
    owner: str
    state: str
    attempts: int
    since: datetime
    due_at: datetime
    finished_at: datetime | None
    error: str | None
    subject: dict[str, Any]
    """The job's arguments, or the event with its payload."""
    parked_reason: str | None = None
    progress: tuple[int, int] | None = None

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def job_status(job_id: UUID) -> WorkItem:
    """How the job is doing. Raises `NotFound` when there is none, or it was finished so long ago that it is purged."""
    row = session().execute(_JOBS.where(JobRow.id == job_id)).one_or_none()
    if row is None:
        raise NotFound()
    return _job_item(row)


def list_work(
    kind: Kind, *, states: Sequence[str] = (), owner: str | None = None, after: UUID | None = None, limit: int = 100
) -> list[WorkItem]:
    """Jobs or deliveries, the newest first; ``after`` is the last id of the page before."""
    model, query, item = (JobRow, _JOBS, _job_item) if kind == "job" else (Delivery, _DELIVERIES, _delivery_item)
    if states:
        query = query.where(model.state.in_(states))
    if owner is not None:
        query = query.where(model.owner == owner)
    if after is not None:
        query = query.where(model.id < after)
    return [item(row) for row in session().execute(query.order_by(model.id.desc()).limit(limit))]


def dead_letters(*, owner: str | None = None, limit: int = 100) -> list[WorkItem]:
    """What was given up, of both kinds, the newest first."""
    found = [item for kind in KINDS for item in list_work(kind, states=(DEAD,), owner=owner, limit=limit)]
    return sorted(found, key=lambda item: item.id, reverse=True)[:limit]


_JOBS: Select[Any] = select(*JobRow.__table__.columns)
_EVENT = (
    EventRow.id.label("event"),
    EventRow.name.label("event_name"),
    EventRow.version,
    EventRow.payload,
    EventRow.occurred_at,
)
_DELIVERIES: Select[Any] = select(*Delivery.__table__.columns, *_EVENT).join(EventRow, EventRow.id == Delivery.event_id)


def _item(kind: Kind, row: Any, name: str, subject: dict[str, Any], **more: Any) -> WorkItem:
    return WorkItem(
        id=row.id,
        kind=kind,
        name=name,
        owner=row.owner,
        state=row.state,
        attempts=row.attempts,
        since=row.created_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        error=row.error,
        subject=subject,
        **more,
    )


def _job_item(row: Any) -> WorkItem:
    progress = (row.progress_done, row.progress_total) if row.progress_total is not None else None
    return _item("job", row, row.name, row.args, parked_reason=row.parked_reason, progress=progress)


def _delivery_item(row: Any) -> WorkItem:
    event = {
        "id": str(row.event),
        "name": row.event_name,
        "version": row.version,
        "payload": row.payload,
        "occurred_at": row.occurred_at.isoformat(),
    }
    return _item("delivery", row, row.subscriber, event)
