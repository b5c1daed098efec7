"""A payment begins: what is due is asked of the payable, and nothing of it comes from the client."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from addon_sdk import ValidationFailed, now, platform, publish, session, setting, transaction
from asoud_payment.events import Opened
from asoud_payment.hookspecs import Due
from asoud_payment.models import OPEN, Attempt, AttemptState, Payment, Split, State
from asoud_payment.problems import MethodUnavailable, NothingDue, NotOpen
from asoud_payment.services.access import get_payment, locked
from asoud_payment.services.registry import CASH, RECEIPT, Method, account_for, due_of, methods_for
from asoud_payment.services.states import end, note


def due_for(kind: str, payable_id: UUID, user_id: UUID | None) -> Due:
    """What this user may pay. Raises ValidationFailed for what there isn't, NothingDue."""
    due = due_of(kind, payable_id, user_id)
    if due is None:
        raise ValidationFailed.unknown("payable_id")
    if due.amount.amount <= 0:
        raise NothingDue
    return due


def methods_of(kind: str, payable_id: UUID, user_id: UUID | None) -> list[Method]:
    """The ways in which this can be paid. Raises ValidationFailed, NothingDue."""
    return list(methods_for(due_for(kind, payable_id, user_id)))


@transaction
def open_payment(
    kind: str, payable_id: UUID, method: str, *, user_id: UUID | None, return_url: str | None = None
) -> Payment:
    """Begin to pay. One that was begun in the same way and is still open is gone on with.

    Raises ValidationFailed, NothingDue, MethodUnavailable.
    """
    due = due_for(kind, payable_id, user_id)
    if method not in {each.name for each in methods_for(due)}:
        raise MethodUnavailable
    if return_url is not None and not _may_return_to(return_url):
        raise ValidationFailed.of("/return_url", "return_url", "Payers may not return to this address.")
    begun = select(Payment).where(
        Payment.kind == kind,
        Payment.payable_id == payable_id,
        Payment.owner_id == due.owner_id,
        Payment.method == method,
        Payment.state.in_((State.CREATED, State.PENDING)),
    )
    found = session().scalar(begun.order_by(Payment.id.desc()).limit(1))
    if found is not None and found.amount == due.amount and found.expires_at > now():
        return found
    return _new(kind, payable_id, method, due, return_url)


def _new(kind: str, payable_id: UUID, method: str, due: Due, return_url: str | None) -> Payment:
    account = account_for(method, due.market_id)
    waits = method == CASH
    payment = Payment(
        kind=kind,
        payable_id=payable_id,
        owner_id=due.owner_id,
        market_id=account.market_id if account else None,
        amount=due.amount,
        title=due.title[:300],
        method=method,
        state=State.PENDING if waits else State.CREATED,
        pay_key=secrets.token_urlsafe(32),
        return_url=return_url,
        expires_at=now() + timedelta(minutes=setting("expires_minutes")),
    )
    session().add(payment)
    session().flush()
    for share in due.shares:
        session().add(
            Split(
                payment_id=payment.id,
                reference=share.reference,
                market_id=share.market_id,
                sheba=share.sheba,
                amount=share.amount,
            )
        )
    if method in (CASH, RECEIPT):
        far = now() + timedelta(days=36_500)
        by_hand = Attempt(payment_id=payment.id, gateway=method, state=AttemptState.PENDING, next_check_at=far)
        session().add(by_hand)
    note(payment, None, payment.state)
    session().flush()
    publish(Opened(payment_id=payment.id, kind=kind, payable_id=payable_id, owner_id=due.owner_id, method=method))
    return payment


def _may_return_to(url: str) -> bool:
    own = platform.settings.public_url.rstrip("/") + "/"
    return (url.startswith("/") and not url.startswith("//")) or url.startswith((own, *setting("return_prefixes")))


@transaction
def cancel(payment_id: UUID) -> Payment:
    """Give a payment of one's own up. What is paid all the same is credited or goes back. Raises NotFound, NotOpen."""
    payment = locked(get_payment(payment_id).id)
    if payment.state not in OPEN:
        raise NotOpen
    end(payment, State.CANCELLED, "Cancelled by the payer.")
    return payment
