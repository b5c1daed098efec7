"""What nobody told us of is found: pending and unknown attempts, payments at the gateway that nobody verified."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select

from addon_sdk import Problem, now, report_problem, session
from asoud_payment.hookspecs import Gateway, Outcome, gateways
from asoud_payment.models import Attempt, AttemptState, Payment, Refund, RefundState, Source, State
from asoud_payment.services.inbox import keep_answer
from asoud_payment.services.refunding import send
from asoud_payment.services.registry import account_for
from asoud_payment.services.settling import settle
from asoud_payment.services.states import close_attempt, end

log = structlog.get_logger(__name__)
_AT_ONCE = 200
_RECENT = timedelta(days=7)
_LOST = timedelta(minutes=10)


def sweep() -> None:
    """One round of everything that is due."""
    _each(settle, _due_attempts())
    for gateway in gateways():
        _each(settle, _unverified(gateway))
    _close_lost()
    _expire()
    _each(send, _due_refunds())


def _each(act: Callable[[UUID], object], ids: Iterable[UUID]) -> None:
    """One that fails leaves the others alone."""
    for id in ids:
        try:
            act(id)
        except Problem as problem:
            log.warning("sweep_failed", id=str(id), code=problem.code)


def _due_attempts() -> list[UUID]:
    waiting = (AttemptState.PENDING, AttemptState.UNKNOWN)
    query = select(Attempt.id).where(
        Attempt.state.in_(waiting), Attempt.next_check_at <= now(), Attempt.authority.is_not(None)
    )
    return list(session().scalars(query.order_by(Attempt.next_check_at).limit(_AT_ONCE)))


def _unverified(gateway: Gateway) -> list[UUID]:
    """Attempts that the gateway holds as paid. One that isn't ours may be another site's, so it is only reported."""
    recent = select(Payment.market_id).where(Payment.method == gateway.name, Payment.created_at > now() - _RECENT)
    found: list[UUID] = []
    for market_id in session().scalars(recent.distinct()).all():
        account = account_for(gateway.name, market_id)
        if account is None or account.market_id != market_id:
            continue
        listing = gateway.unverified(account)
        if listing.answer.outcome is not Outcome.OK or not listing.items:
            continue
        keep_answer(Source.UNVERIFIED, gateway.name, listing.answer)
        listed = {item.authority for item in listing.items}
        query = select(Attempt.id, Attempt.authority).where(
            Attempt.gateway == gateway.name, Attempt.authority.in_(listed)
        )
        ours = {authority: id for id, authority in session().execute(query)}
        found += ours.values()
        for authority in sorted(listed - ours.keys()):
            text = "The gateway holds a payment that is not ours: give it back in its panel if it is nobody else's."
            report_problem("payment", "orphan", f"{gateway.name} {authority}", text)
    return found


def _close_lost() -> None:
    """A process that died while it asked for an authority has told nobody of it."""
    lost = select(Attempt).where(
        Attempt.state == AttemptState.REQUESTING, Attempt.next_check_at <= now() - _LOST, Attempt.authority.is_(None)
    )
    for attempt in session().scalars(lost.limit(_AT_ONCE)).all():
        close_attempt(attempt, "", "The gateway was not asked to the end.")


def _expire() -> None:
    old = select(Payment).where(Payment.state == State.CREATED, Payment.expires_at <= now()).order_by(Payment.id)
    for payment in session().scalars(old.limit(_AT_ONCE)).all():
        end(payment, State.FAILED, "Nobody paid in time.")


def _due_refunds() -> list[UUID]:
    waiting = (RefundState.REQUESTED, RefundState.SENDING)
    query = select(Refund.id).where(Refund.state.in_(waiting), Refund.next_check_at <= now())
    return list(session().scalars(query.order_by(Refund.next_check_at).limit(_AT_ONCE)))
