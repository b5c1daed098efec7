"""`publish`: write an event into the outbox, in the transaction of what it tells about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from kernel.clock import now
from kernel.context import current_request_id
from kernel.db import after_commit, new_id, session, transaction
from kernel.events.declaration import EventType, event_type
from kernel.events.models import EventRow
from kernel.runtime import platform

PREVIOUS = "previous_version"
"""Method of an event that returns the older version of itself, which is then published beside it."""


def publish(event: object) -> UUID:
    """Publish ``event`` when the caller's transaction commits (one of its own is opened when there is none).

    Each subscriber gets it at least once; its effect on the database happens exactly once. Returns the event's id.
    TypeError names the event, the field and the rule when a value is not of its annotated type.
    """
    rows = [_row(kind, version) for kind, version in list(_versions(event))]
    with transaction():
        session().execute(insert(EventRow.__table__), rows)  # type: ignore[arg-type]  # it is a Table
        after_commit(platform.events.wake_relay)
        after_commit(lambda: _drop_cached(rows))
    first: UUID = rows[0]["id"]
    return first


def _drop_cached(rows: list[dict[str, Any]]) -> None:
    """Have the cache forget what these events make untrue; the relay says it again, should this process die now."""
    for row in rows:
        platform.cache.event_published(row["name"], row["payload"])


def _versions(event: object) -> Iterator[tuple[EventType, object]]:
    """The event and the older versions of it that are still sent."""
    kind = event_type(event)
    yield kind, event
    previous = getattr(event, PREVIOUS, None)
    if previous is None:
        return
    older = previous()
    older_kind = event_type(older)
    if older_kind.name != kind.name or older_kind.version >= kind.version:
        raise TypeError(f"{kind.key}: {PREVIOUS}() must return an older version of it, not {older_kind.key}.")
    yield from _versions(older)


def _row(kind: EventType, event: object) -> dict[str, Any]:
    return {
        "id": new_id(),
        "name": kind.name,
        "version": kind.version,
        "publisher": kind.owner,
        "payload": kind.codec.encode(event, kind.name),
        "occurred_at": now(),
        "request_id": current_request_id(),
    }
