"""Payments without a gateway: cash at delivery, and receipts of banks on which staff decide."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from addon_sdk import current_principal, now, platform, session, transaction
from asoud_payment.files import RECEIPT as RECEIPT_FILE
from asoud_payment.models import OPEN, Attempt, Payment, Receipt, State
from asoud_payment.problems import NotOpen, WrongMethod
from asoud_payment.services.access import get_payment, locked
from asoud_payment.services.registry import CASH, RECEIPT
from asoud_payment.services.states import capture, end, move


def _open_payment(payment_id: UUID, method: str) -> Payment:
    payment = locked(get_payment(payment_id).id)
    if payment.method != method:
        raise WrongMethod
    if payment.state not in OPEN:
        raise NotOpen
    return payment


def _attempt(payment: Payment) -> Attempt:
    return session().scalars(select(Attempt).where(Attempt.payment_id == payment.id)).one()


@transaction
def collect(payment_id: UUID) -> Payment:
    """Cash was taken at delivery. Raises NotFound, WrongMethod, NotOpen."""
    payment = _open_payment(payment_id, CASH)
    capture(_attempt(payment))
    return payment


@transaction
def hand_in(payment_id: UUID, file_id: UUID, note: str = "") -> Receipt:
    """Hand a bank receipt in, or another while nobody has decided. Raises NotFound, WrongMethod, NotOpen."""
    payment = _open_payment(payment_id, RECEIPT)
    user_id = current_principal().user_id
    claimed = platform.files.claim(file_id, kinds={RECEIPT_FILE.name}, user_id=user_id, field="file_id")
    receipt = receipt_of(payment.id)
    if receipt is None:
        receipt = Receipt(payment_id=payment.id, file_id=claimed.id)
        session().add(receipt)
    else:
        platform.files.release(receipt.file_id)
    receipt.file_id, receipt.note = claimed.id, note
    move(payment, State.PENDING)
    session().flush()
    return receipt


@transaction
def decide(payment_id: UUID, *, approved: bool, answer: str = "") -> Receipt:
    """Say whether the money of a receipt has come. Raises NotFound, WrongMethod, NotOpen."""
    payment = _open_payment(payment_id, RECEIPT)
    receipt = receipt_of(payment.id)
    if receipt is None:
        raise NotOpen
    receipt.is_approved, receipt.answer = approved, answer
    receipt.decided_by, receipt.decided_at = current_principal().user_id, now()
    if approved:
        capture(_attempt(payment))
    else:
        end(payment, State.FAILED, answer)
    session().flush()
    return receipt


def receipt_of(payment_id: UUID) -> Receipt | None:
    """What was handed in for a payment."""
    return session().scalar(select(Receipt).where(Receipt.payment_id == payment_id))
