"""Who may read a payment, and the one lock under which it changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from addon_sdk import ListArgs, NotFound, Page, Principal, get_readable, own, paginate, readable, scoped, session
from asoud_payment.models import Attempt, Payment, Received


@readable(Payment)
def readable_payments(principal: Principal) -> ColumnElement[bool]:
    """Everybody reads his own; who may see payments reads all."""
    return own(Payment.owner_id, principal, unless="payment.view")


def get_payment(payment_id: UUID) -> Payment:
    """A payment that the caller may read. Raises NotFound."""
    return get_readable(Payment, payment_id)


def locked(payment_id: UUID) -> Payment:
    """A payment, kept from all others until the transaction ends. Raises NotFound."""
    query = select(Payment).where(Payment.id == payment_id).with_for_update()
    found = session().scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def fresh(attempt_id: UUID) -> Attempt:
    """An attempt as it is now; read it under the lock of its payment."""
    return session().get_one(Attempt, attempt_id, populate_existing=True)


def list_payments(args: ListArgs) -> Page:
    """A page of the payments that the caller may read."""
    return paginate(scoped(select(Payment), Payment), args)


def list_parts(model: type[Any], payment_id: UUID, args: ListArgs) -> Page:
    """A page of what belongs to a payment: attempts, changes, splits, refunds. Raises NotFound."""
    return paginate(select(model).where(model.payment_id == get_payment(payment_id).id), args)


def list_received(args: ListArgs) -> Page:
    """A page of the inbox."""
    return paginate(select(Received), args)
