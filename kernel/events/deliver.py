"""The worker's side of events: claim a batch, handle each event in a transaction with its processed mark."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import select, update

from kernel.clock import monotonic
from kernel.db import session, transaction
from kernel.events.models import Delivery, EventRow
from kernel.events.subscription import DeliveredEvent, Subscriber
from kernel.jobs.attempt import time_limit, working_for
from kernel.jobs.messages import receiver
from kernel.jobs.models import DONE, READY, RUNNING
from kernel.jobs.outcome import Claimed, mark_done, mark_failed, tell_inbox
from kernel.jobs.state import Outcome
from kernel.runtime import platform

log = structlog.get_logger(__name__)
FIRST_GROUP, LARGEST_GROUP = 4, 64
SHORT_SECONDS = {True: 0.05, False: 0.5}
"""Groups that take less may grow; by whether this is SQLite, which has one writer: a transaction must not last."""


@dataclass(frozen=True, slots=True)
class _Call:
    work: Claimed
    subscriber: Subscriber
    event: DeliveredEvent
    request_id: str | None


@dataclass(frozen=True, slots=True)
class _Result:
    call: _Call
    state: str
    seconds: float
    error: BaseException | None = None


@receiver
def deliver(subscriber: str, *delivery_ids: str) -> None:
    """Handle the deliveries that this worker can claim. RQ calls this with what a message carries."""
    ids = [UUID(text) for text in delivery_ids]
    contribution = platform.events.contribution(subscriber)
    if contribution is None or not platform.gate.counts(contribution):
        _put_back(ids)
        return
    calls = deque(_claim(contribution.value, ids))
    size, short = FIRST_GROUP, SHORT_SECONDS[platform.db.is_sqlite]
    while calls:
        group = [calls.popleft() for _ in range(min(size, len(calls)))]
        started = monotonic()
        _settle(_handle_group(group))
        quick = monotonic() - started < short
        size = min(size * 2, LARGEST_GROUP) if quick else max(size // 2, 1)


@transaction
def _put_back(ids: Sequence[UUID]) -> None:
    """Let them wait in the database until the subscriber counts again."""
    waiting = update(Delivery).where(Delivery.id.in_(ids), Delivery.state.in_(READY)).values(sent=0, sent_until=None)
    session().execute(waiting, execution_options={"synchronize_session": False})


def _claim(subscriber: Subscriber, ids: Sequence[UUID]) -> list[_Call]:
    """Make the deliveries ours, as far as nobody else has them, and read their events, the oldest first."""
    worker = platform.jobs.workforce.ensure()
    taken = _take(ids, worker)
    columns = (Delivery.id.label("delivery_id"), Delivery.attempts, Delivery.owner, *EventRow.__table__.columns)
    query = select(*columns).join(EventRow, EventRow.id == Delivery.event_id).where(Delivery.id.in_(taken))
    calls = []
    for row in session().execute(query.order_by(EventRow.id)):
        work = Claimed(Delivery, row.delivery_id, row.owner, subscriber.key, row.attempts, subscriber.retries, worker)
        event = DeliveredEvent(row.id, row.name, row.version, row.payload, row.occurred_at, row.publisher)
        calls.append(_Call(work, subscriber, event, row.request_id))
    return calls


@transaction
def _take(ids: Sequence[UUID], worker: UUID) -> list[UUID]:
    free = (Delivery.id.in_(ids), Delivery.state.in_(READY))
    taken = update(Delivery).where(*free).values(state=RUNNING, worker=worker).returning(Delivery.id)
    return list(session().scalars(taken, execution_options={"synchronize_session": False}))


def _handle_group(group: Sequence[_Call]) -> list[_Result]:
    """Handle several events in one transaction.

    First as if all went well, since a savepoint for each costs twice what its handler does. When one fails, nothing
    of it counts, and all are handled again, each behind a savepoint of its own.
    """
    if len(group) > 1:
        try:
            with transaction():
                ours = mark_done([call.work for call in group])
                return [_handle_trusting(call) for call in group if call.work.id in ours]
        except (Exception, SystemExit):  # whose fault it was is found out, and told, by the second try
            log.debug("group_is_handled_again", subscriber=group[0].work.name, events=len(group), exc_info=True)
    return _handle_apart(group)


def _handle_apart(group: Sequence[_Call]) -> list[_Result]:
    """Handle several events in one transaction, each behind a savepoint.

    If the transaction itself fails, nothing of it counts, and each event gets one of its own.
    """
    try:
        with transaction():
            ours = mark_done([call.work for call in group])
            return [_handle(call) for call in group if call.work.id in ours]
    except Exception as error:  # the commit or the connection failed, whoever's fault it was
        if len(group) > 1:
            return [result for call in group for result in _handle_apart([call])]
        state = mark_failed(group[0].work, error)
        return [_Result(group[0], state, 0.0, error)] if state else []


def _handle_trusting(call: _Call) -> _Result:
    """Handle one event, whose mark is set. Raises what its handler or its SQL raises."""
    started = monotonic()
    with working_for(call.work.owner, call.request_id, None), time_limit(call.subscriber.timeout):
        call.subscriber.handler(call.event)
        current = session()
        if current.dirty or current.deleted:  # what is only new can wait, and is then written in one go
            current.flush()
        current.expire_all()  # the next event must not see objects as this one has read them
    return _Result(call, DONE, monotonic() - started)


def _handle(call: _Call) -> _Result:
    """Handle one event, whose mark is set, or turn the mark into a failure."""
    started = monotonic()
    try:
        surroundings = working_for(call.work.owner, call.request_id, None)
        with transaction(nested=True), surroundings, time_limit(call.subscriber.timeout):
            call.subscriber.handler(call.event)
    except (Exception, SystemExit) as error:  # an addon's code may raise anything
        state = mark_failed(call.work, error, marked=True) or DONE
        return _Result(call, state, monotonic() - started, error)
    finally:
        session().expire_all()  # the next event must not see objects as this one has read them
    return _Result(call, DONE, monotonic() - started)


def _settle(results: Sequence[_Result]) -> None:
    """Tell logs, metrics and the health inbox, now that everything is committed."""
    for result in results:
        work = result.call.work
        if result.error is not None:
            about = {"subscriber": work.name, "id": str(result.call.event.id)}
            log.warning("delivery_failed", **about, state=result.state, error=repr(result.error))
        tell_inbox(work, result.state, result.error)
        outcome = Outcome("delivery", work.name, work.owner, result.state, result.seconds, result.error)
        platform.jobs.observe(outcome)
