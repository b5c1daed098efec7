"""The relay's second half: send what is due to the workers, in batches for each subscriber."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select, update

from kernel.clock import now
from kernel.db import session, transaction
from kernel.events.models import Delivery
from kernel.events.subscription import Subscriber
from kernel.jobs.models import READY
from kernel.jobs.queues import Message
from kernel.jobs.sending import Parcel, send
from kernel.runtime import platform

BATCH = 100
"""Deliveries in one message."""
UNDER_WAY = 2000
"""Deliveries of one subscriber that may lie in Redis at a time, filled up when half are gone; the rest waits."""


def dispatch_deliveries() -> int:
    """Send due deliveries of all subscribers that count now, in good batches; how many."""
    count = 0
    for key, under_way in _due_subscribers():
        contribution = platform.events.contribution(key)
        if contribution is None or not platform.gate.counts(contribution) or under_way > UNDER_WAY // 2:
            continue
        parcels = _claim_parcels(contribution.value, UNDER_WAY - under_way)
        if not send(Delivery, parcels):
            break
        count += sum(len(ids) for _, ids in parcels)
    return count


def _untrusted() -> Any:
    return or_(Delivery.sent_until.is_(None), Delivery.sent_until < now())


def _due_subscribers() -> Sequence[tuple[str, int]]:
    """Subscribers with something to send, and how much of theirs is under way."""
    due = func.sum(case((_untrusted(), 1), else_=0))
    under_way = func.sum(case((_untrusted(), 0), else_=1))
    ready = (Delivery.state.in_(READY), Delivery.due_at <= now())
    query = select(Delivery.subscriber, under_way).where(*ready).group_by(Delivery.subscriber).having(due > 0)
    return [(key, int(count)) for key, count in session().execute(query.order_by(Delivery.subscriber))]


@transaction
def _claim_parcels(subscriber: Subscriber, limit: int) -> list[Parcel]:
    """Mark up to ``limit`` deliveries as sent and pack them, in the order of their events."""
    due = (Delivery.subscriber == subscriber.key, Delivery.state.in_(READY), Delivery.due_at <= now(), _untrusted())
    query = select(Delivery.id, Delivery.attempts, Delivery.vanished, Delivery.sent).where(*due)
    rows = session().execute(query.order_by(Delivery.event_id).limit(limit)).all()
    for sent in {row.sent for row in rows}:
        ids = [row.id for row in rows if row.sent == sent]
        trusted_until = now() + platform.jobs.timing.trust_for(sent)
        values = {"sent": sent + 1, "sent_until": trusted_until}
        statement = update(Delivery).where(Delivery.id.in_(ids)).values(values)
        session().execute(statement, execution_options={"synchronize_session": False})
    return [_parcel(subscriber, ids) for ids in _batches(rows)]


def _batches(rows: Sequence[Any]) -> list[list[UUID]]:
    """Fresh deliveries together; one that failed or lost its worker alone, lest it take others along again."""
    fresh = [row.id for row in rows if not row.attempts and not row.vanished]
    alone = [[row.id] for row in rows if row.attempts or row.vanished]
    return [fresh[start : start + BATCH] for start in range(0, len(fresh), BATCH)] + alone


def _parcel(subscriber: Subscriber, ids: list[UUID]) -> Parcel:
    args = (subscriber.key, *(str(delivery_id) for delivery_id in ids))
    return Message(subscriber.queue, "kernel.events.deliver.deliver", args), ids
