"""The relay's first half: for each new event, one delivery for each subscriber."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from kernel.clock import now
from kernel.db import new_id, session, transaction
from kernel.events.models import Delivery, EventRow, Subscription
from kernel.jobs.models import QUEUED
from kernel.jobs.upsert import insert_missing
from kernel.runtime import platform

BATCH = 500
"""Events that are fanned out in one transaction."""

_UNSENT = (
    select(EventRow.id, EventRow.name, EventRow.version, EventRow.occurred_at)
    .where(EventRow.relayed_at.is_(None))
    .order_by(EventRow.id)
    .limit(BATCH)
)


def fan_out() -> bool:
    """Write the deliveries of up to `BATCH` events, the oldest first; whether there may be more.

    A relay that lost its lease may run beside another: a delivery is unique, so neither doubles anything.
    """
    events = session().execute(_UNSENT).all()
    if not events:
        return False
    _drop_cached(events)
    moment = now()
    with transaction():
        subscriptions = session().execute(select(Subscription.__table__)).all()
        deliveries = [row for event in events for row in _deliveries(event, subscriptions, moment)]
        if deliveries:
            insert_missing(Delivery, deliveries)
        sent = update(EventRow).where(EventRow.id.in_([event.id for event in events]), EventRow.relayed_at.is_(None))
        session().execute(sent.values(relayed_at=moment), execution_options={"synchronize_session": False})
    return len(events) == BATCH


def _drop_cached(events: Sequence[Any]) -> None:
    """Say again to the cache what each publisher said after its commit, unless it died before it could."""
    watched = [event.id for event in events if platform.cache.watches(event.name)]
    if watched:
        payloads = select(EventRow.name, EventRow.payload).where(EventRow.id.in_(watched))
        for name, payload in session().execute(payloads):
            platform.cache.event_published(name, payload)


def _deliveries(event: Any, subscriptions: Sequence[Row[Any]], moment: datetime) -> Iterable[dict[str, Any]]:
    for row in subscriptions:
        listens = (row.event, row.version) == (event.name, event.version) and row.since <= event.occurred_at
        if listens and (row.when_disabled == "keep" or _is_on(row)):
            yield {
                "id": new_id(),
                "event_id": event.id,
                "subscriber": row.subscriber,
                "owner": row.owner,
                "state": QUEUED,
                "due_at": moment,
            }


def _is_on(row: Row[Any]) -> bool:
    contribution = platform.events.contribution(row.subscriber)
    return platform.gate.counts(contribution) if contribution else platform.gate.is_enabled(row.owner)
