"""Money goes back: asked for under the payment's lock, sent outside of any transaction, and never sent twice.

Before a refund is sent, it is written down how much the gateway had given back in all. When the answer is lost, the
same question tells whether it has arrived.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from addon_sdk import Money, ValidationFailed, current_principal, now, publish, report_problem, session, transaction
from asoud_payment.events import Refunded
from asoud_payment.hookspecs import Account, Answer, Gateway, Outcome, Standing
from asoud_payment.models import HELD, Attempt, AttemptState, Payment, Refund, RefundState, Source, Split, State
from asoud_payment.problems import NotRefundable, RefundTooLarge
from asoud_payment.services.access import fresh, locked
from asoud_payment.services.inbox import keep_answer
from asoud_payment.services.registry import account_of, gateway_of
from asoud_payment.services.starting import NEEDS_A_PERSON
from asoud_payment.services.states import move

REVERSIBLE_FOR = timedelta(minutes=25)
"""The gateways' own limits are a little longer; the last minutes are for the way."""
_WAITING = (RefundState.REQUESTED, RefundState.SENDING)
_PAUSE = timedelta(minutes=5)


@transaction
def ask_refund(payment_id: UUID, amount: Money | None = None, *, reason: str, share: str | None = None) -> Refund:
    """Give back some, or what is left. Raises NotFound, NotRefundable, RefundTooLarge, ValidationFailed for a share."""
    from asoud_payment.jobs import send_refund  # a job calls this module

    payment = locked(payment_id)
    attempt = session().scalar(
        select(Attempt).where(
            Attempt.payment_id == payment.id, Attempt.state == AttemptState.PAID, Attempt.is_surplus.is_(False)
        )
    )
    if payment.state not in HELD or attempt is None:
        raise NotRefundable
    left = _left(payment, share)
    amount = left if amount is None else amount
    if amount.currency != left.currency:
        raise ValidationFailed.of("/amount/currency", "currency", "A refund is in the currency of the payment.")
    if not amount.amount:
        raise NotRefundable
    if amount > left:
        raise RefundTooLarge
    refund = Refund(
        payment_id=payment.id,
        attempt_id=attempt.id,
        amount=amount,
        share=share,
        state=RefundState.REQUESTED,
        reason=reason,
        by_id=current_principal().user_id,
        next_check_at=now(),
    )
    session().add(refund)
    move(payment, State.REFUNDING, reason)
    session().flush()
    if gateway_of(payment.method) is None:
        _finish(payment, refund)
    else:
        send_refund.enqueue(refund_id=str(refund.id))
    return refund


def _left(payment: Payment, share: str | None) -> Money:
    """What can still be given back: of the whole, and of one part of it."""
    waiting = select(func.coalesce(func.sum(Refund.amount_amount), 0)).where(
        Refund.payment_id == payment.id, Refund.state.in_(_WAITING), Refund.is_surplus.is_(False)
    )
    left = payment.amount.amount - payment.refunded - int(session().scalar(waiting) or 0)
    if share is not None:
        split = _split(payment, share)
        if split is None:
            raise ValidationFailed.unknown("share")
        of_share = int(session().scalar(waiting.where(Refund.share == share)) or 0)
        left = min(left, split.amount.amount - split.refunded - of_share)
    return Money(left, payment.amount.currency)


def _split(payment: Payment, share: str) -> Split | None:
    query = select(Split).where(Split.payment_id == payment.id, Split.reference == share)
    return session().scalar(query.execution_options(populate_existing=True))


def send(refund_id: UUID) -> None:
    """Send a refund that is due, or find out what became of one that was sent."""
    refund = session().get_one(Refund, refund_id, populate_existing=True)
    payment = session().get_one(Payment, refund.payment_id, populate_existing=True)
    attempt = session().get_one(Attempt, refund.attempt_id, populate_existing=True)
    gateway, account = gateway_of(payment.method), account_of(payment)
    if refund.state not in _WAITING:
        return
    if gateway is None or account is None:
        _put_off(refund, "The account with the gateway is gone.")
        return
    if refund.state is RefundState.SENDING:
        if _claim_question(refund):
            _find_out(gateway, account, attempt, refund)
        return
    if not _is_whole(payment, attempt, refund) or not _reversed(gateway, account, attempt, refund):
        _refund(gateway, account, attempt, refund)


def _is_whole(payment: Payment, attempt: Attempt, refund: Refund) -> bool:
    early = attempt.paid_at is not None and now() - attempt.paid_at < REVERSIBLE_FOR
    untouched = refund.is_surplus or not payment.refunded
    return early and untouched and refund.amount == payment.amount


def _reversed(gateway: Gateway, account: Account, attempt: Attempt, refund: Refund) -> bool:
    """Whether the reversal is done, or may be. Only a clear no leaves it to the ordinary refund."""
    assert attempt.authority is not None
    if not _claim(refund, None):
        return True
    answer = gateway.reverse(account, attempt.authority)
    keep_answer(Source.REVERSE, gateway.name, answer, authority=attempt.authority, attempt_id=attempt.id)
    if answer.outcome is Outcome.OK:
        finish(refund, reversed=True)
    elif answer.outcome is Outcome.UNKNOWN:
        _put_off(refund, answer.message)
    else:
        _release(refund)
        return False
    return True


def _refund(gateway: Gateway, account: Account, attempt: Attempt, refund: Refund) -> None:
    before = gateway.refunded(account, attempt.reference or "")
    if before is None:
        _put_off(refund, "The gateway does not say what it has given back so far.")
        return
    if not _claim(refund, before):
        return
    answer = gateway.refund(account, attempt.reference or "", refund.amount, refund.reason)
    keep_answer(Source.REFUND, gateway.name, answer, authority=attempt.authority, attempt_id=attempt.id)
    _act_on(refund, answer)


def _act_on(refund: Refund, answer: Answer) -> None:
    if answer.outcome is Outcome.OK:
        finish(refund)
    elif answer.outcome is Outcome.UNKNOWN:
        _put_off(refund, answer.message)
    elif answer.outcome in (Outcome.DECLINED, Outcome.OTHER_WAY, Outcome.USER):
        _give_up(refund, answer.message)
    else:
        _release(refund, answer.message)
        if answer.outcome in NEEDS_A_PERSON:
            report_problem("payment", "refund", str(refund.id), f"{answer.code}: {answer.message}", "error")


def _find_out(gateway: Gateway, account: Account, attempt: Attempt, refund: Refund) -> None:
    """What became of a refund whose answer was lost."""
    assert attempt.authority is not None
    answer = gateway.inquire(account, attempt.authority)
    keep_answer(Source.INQUIRY, gateway.name, answer, authority=attempt.authority, attempt_id=attempt.id)
    if answer.outcome is not Outcome.OK:
        _put_off(refund, answer.message)
    elif answer.standing is Standing.REVERSED:
        finish(refund, reversed=True)
    elif refund.given_back_before is None:
        _release(refund)
    else:
        given = gateway.refunded(account, attempt.reference or "")
        if given is None:
            _put_off(refund, answer.message)
        elif given >= refund.given_back_before + refund.amount.amount:
            finish(refund)
        else:
            _release(refund)


@transaction
def _claim(refund: Refund, before: int | None) -> bool:
    """Be the one who sends it; of an attempt's refunds one is on its way at a time, so that sums can tell."""
    locked(refund.payment_id)
    refund = session().get_one(Refund, refund.id, populate_existing=True)
    sending = select(Refund.id).where(Refund.attempt_id == refund.attempt_id, Refund.state == RefundState.SENDING)
    if refund.state is not RefundState.REQUESTED or session().scalar(sending.limit(1)) is not None:
        return False
    refund.state, refund.given_back_before = RefundState.SENDING, before
    refund.next_check_at = now() + _PAUSE
    return True


@transaction
def _claim_question(refund: Refund) -> bool:
    """Be the one who asks what became of it: a late answer to another must not let a second one go."""
    locked(refund.payment_id)
    refund = session().get_one(Refund, refund.id, populate_existing=True)
    if refund.state is not RefundState.SENDING or refund.next_check_at > now():
        return False
    refund.next_check_at = now() + _PAUSE
    return True


@transaction
def _release(refund: Refund, message: str = "") -> None:
    """It has not gone: it may be sent again."""
    locked(refund.payment_id)
    refund = session().get_one(Refund, refund.id, populate_existing=True)
    if refund.state is RefundState.SENDING:
        refund.state, refund.message, refund.next_check_at = RefundState.REQUESTED, message[:300], now()
        refund.next_check_at += _PAUSE if message else timedelta()


@transaction
def _put_off(refund: Refund, message: str) -> None:
    locked(refund.payment_id)
    refund = session().get_one(Refund, refund.id, populate_existing=True)
    if refund.state in _WAITING:
        refund.message, refund.next_check_at = message[:300], now() + _PAUSE


@transaction
def _give_up(refund: Refund, message: str) -> None:
    """The gateway refuses it for good; a person has to find another way."""
    payment = locked(refund.payment_id)
    refund = session().get_one(Refund, refund.id, populate_existing=True)
    if refund.state in _WAITING:
        refund.state, refund.message = RefundState.FAILED, message[:300]
        session().flush()
        if not refund.is_surplus:
            move(payment, _standing(payment), message)
        report_problem("payment", "refund", str(refund.id), message, "error")


@transaction
def finish(refund: Refund, *, reversed: bool = False) -> None:
    """The money has gone back; counted once."""
    payment = locked(refund.payment_id)
    refund = session().get_one(Refund, refund.id, populate_existing=True)
    if refund.state in _WAITING:
        fresh(refund.attempt_id).is_reversed = reversed
        _finish(payment, refund)


def _finish(payment: Payment, refund: Refund) -> None:
    refund.state, refund.done_at, refund.message = RefundState.DONE, now(), ""
    if not refund.is_surplus:
        payment.refunded += refund.amount.amount
        split = _split(payment, refund.share) if refund.share else None
        if split is not None:
            split.refunded += refund.amount.amount
        session().flush()
        move(payment, _standing(payment), refund.reason)
    publish(
        Refunded(
            payment_id=payment.id,
            refund_id=refund.id,
            attempt_id=refund.attempt_id,
            kind=payment.kind,
            payable_id=payment.payable_id,
            owner_id=payment.owner_id,
            market_id=payment.market_id,
            method=payment.method,
            share=refund.share,
            amount=refund.amount.amount,
            currency=refund.amount.currency,
            is_surplus=refund.is_surplus,
        )
    )


def _standing(payment: Payment) -> State:
    """Where a payment stands by its refunds."""
    if payment.refunded == payment.amount.amount:
        return State.REFUNDED
    waiting = select(Refund.id).where(
        Refund.payment_id == payment.id, Refund.state.in_(_WAITING), Refund.is_surplus.is_(False)
    )
    if session().scalar(waiting.limit(1)) is not None:
        return State.REFUNDING
    return State.PARTLY_REFUNDED if payment.refunded else State.PAID
