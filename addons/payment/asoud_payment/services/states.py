"""How payments change: each change is written down, and told to whom it concerns."""

from __future__ import annotations

from sqlalchemy import select

from addon_sdk import Problem, current_principal, now, publish, session, transaction
from asoud_payment.events import Captured, Failed
from asoud_payment.models import OPEN, Attempt, AttemptState, Change, Payment, Refund, RefundState, State
from asoud_payment.services.access import fresh, locked
from asoud_payment.services.registry import tell_failed, tell_paid

_OPEN_ATTEMPTS = (AttemptState.REQUESTING, AttemptState.PENDING, AttemptState.UNKNOWN)


def move(payment: Payment, state: State, reason: str = "") -> None:
    """Put a payment that the caller has locked into another state."""
    if payment.state is state:
        return
    note(payment, payment.state, state, reason)
    payment.state = state


def note(payment: Payment, before: State | None, after: State, reason: str = "") -> None:
    """Write a change down."""
    by = current_principal().user_id
    session().add(Change(payment_id=payment.id, before=before, after=after, reason=reason[:300], by_id=by))


@transaction
def capture(attempt: Attempt, *, reference: str | None = None, card: str = "", fee: int = 0) -> None:
    """The gateway says that this attempt is paid: credit it, once.

    What nobody needs any more goes back: a second attempt at the same payment, or when the payable refuses.
    """
    payment = locked(attempt.payment_id)
    attempt = fresh(attempt.id)
    if attempt.state is AttemptState.PAID:
        return
    attempt.state, attempt.paid_at = AttemptState.PAID, now()
    attempt.reference, attempt.card, attempt.fee = reference, card, fee
    was_open = payment.state in OPEN
    attempt.is_surplus = not _accepted(payment)
    session().flush()
    publish(
        Captured(
            payment_id=payment.id,
            attempt_id=attempt.id,
            kind=payment.kind,
            payable_id=payment.payable_id,
            owner_id=payment.owner_id,
            market_id=payment.market_id,
            method=payment.method,
            reference=reference or "",
            amount=payment.amount.amount,
            fee=fee,
            currency=payment.amount.currency,
            is_surplus=attempt.is_surplus,
        )
    )
    if attempt.is_surplus:
        if was_open:
            _fail(payment, State.FAILED, "What was paid for is not to be had any more; the money goes back.")
        give_back(payment, attempt, "Paid without need.")


def _accepted(payment: Payment) -> bool:
    """Whether the payable takes the money. Trouble on our side is no refusal, and goes through."""
    if payment.state not in (*OPEN, State.FAILED, State.CANCELLED) or payment.paid_at is not None:
        return False
    try:
        with transaction(nested=True):
            tell_paid(payment)
    except Problem as problem:
        if problem.status >= 500:
            raise
        return False
    payment.paid_at = now()
    move(payment, State.PAID)
    return True


def give_back(payment: Payment, attempt: Attempt, reason: str) -> Refund:
    """Have the whole of a surplus attempt sent back."""
    from asoud_payment.jobs import send_refund

    refund = Refund(
        payment_id=payment.id,
        attempt_id=attempt.id,
        amount=payment.amount,
        state=RefundState.REQUESTED,
        reason=reason,
        is_surplus=True,
        next_check_at=now(),
    )
    session().add(refund)
    session().flush()
    send_refund.enqueue(refund_id=str(refund.id))
    return refund


@transaction
def close_attempt(attempt: Attempt, code: str, message: str) -> None:
    """The gateway says that this attempt is not paid; with the last one the payment fails."""
    payment = locked(attempt.payment_id)
    attempt = fresh(attempt.id)
    if attempt.state not in _OPEN_ATTEMPTS:
        return
    attempt.state, attempt.code, attempt.message = AttemptState.FAILED, code, message
    session().flush()
    others = select(Attempt.id).where(Attempt.payment_id == payment.id, Attempt.state.in_(_OPEN_ATTEMPTS)).limit(1)
    if payment.state in OPEN and session().scalar(others) is None:
        _fail(payment, State.FAILED, message)


@transaction
def end(payment: Payment, state: State, reason: str) -> None:
    """Fail or cancel a payment that is still open; others stay as they are."""
    payment = locked(payment.id)
    if payment.state in OPEN:
        _fail(payment, state, reason)


def _fail(payment: Payment, state: State, reason: str) -> None:
    move(payment, state, reason)
    tell_failed(payment)
    publish(Failed(payment_id=payment.id, kind=payment.kind, payable_id=payment.payable_id, owner_id=payment.owner_id))
