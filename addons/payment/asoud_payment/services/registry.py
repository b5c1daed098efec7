"""Who is who: payables, gateways, and whose account is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from addon_sdk import Money, ServiceUnavailable, in_addon, setting, translate
from asoud_payment.hookspecs import Account, Due, Gateway, Payable, gateways, market_account, payables
from asoud_payment.models import Payment

CASH, RECEIPT = "cash_on_delivery", "receipt"
_BY_HAND = {CASH: "Cash on delivery", RECEIPT: "Bank receipt"}


class Method(NamedTuple):
    """A way to pay."""

    name: str
    title: str


def payable_of(kind: str) -> Payable | None:
    """The payable of this kind, where its addon is enabled."""
    return next((found for found in payables() if found.kind == kind), None)


def gateway_of(name: str) -> Gateway | None:
    """The gateway of this name, where its addon is enabled."""
    return next((found for found in gateways() if found.name == name), None)


def due_of(kind: str, payable_id: UUID, user_id: UUID | None) -> Due | None:
    """What there is to pay. Raises ValueError when the parts aren't the whole."""
    payable = payable_of(kind)
    if payable is None:
        return None
    with in_addon(kind.partition(".")[0]):
        due = payable.describe(payable_id, user_id)
    if due is not None and due.shares and sum(share.amount.amount for share in due.shares) != due.amount.amount:
        raise ValueError(f"{kind} {payable_id}: the shares don't add up to the amount.")
    return due


def tell_paid(payment: Payment) -> None:
    """Tell the payable that it is paid. Raises what it refuses with; ServiceUnavailable while its addon is away."""
    payable = payable_of(payment.kind)
    if payable is None:
        raise ServiceUnavailable
    with in_addon(payment.kind.partition(".")[0]):
        payable.on_paid(payment.payable_id, payment.id, payment.amount)


def tell_failed(payment: Payment) -> None:
    """Tell the payable that this payment won't come."""
    payable = payable_of(payment.kind)
    if payable is not None:
        with in_addon(payment.kind.partition(".")[0]):
            payable.on_failed(payment.payable_id, payment.id)


def account_for(gateway: str, market_id: UUID | None) -> Account | None:
    """The account that takes a market's money through a gateway; None where the market is not paid by it."""
    said = market_account(market_id=market_id) if market_id else None
    if market_id is None or said is None or (said["choice"] == "asoud" and said["approved"]):
        return Account()
    if said["choice"] == "personal" and said["provider"] == gateway:
        return Account(market_id, said["credentials"])
    return None


def account_of(payment: Payment) -> Account | None:
    """The account with which a payment was begun. None when the market has given it up since."""
    if payment.market_id is None:
        return Account()
    found = account_for(payment.method, payment.market_id)
    return found if found is not None and found.market_id else None


def explained(message: str) -> str:
    """A stored message in the reader's language, whoever wrote it: we, or one of the gateways."""
    with in_addon("payment"):
        ours = translate(message)
    return next((said for gateway in gateways() if (said := gateway.explain(message)) != message), ours)


def methods_for(due: Due) -> Sequence[Method]:
    """The ways in which this can be paid now."""
    found = [Method(g.name, explained(g.title)) for g in gateways() if _takes(g, due.amount, due.market_id)]
    found += [Method(name, explained(title)) for name, title in _BY_HAND.items() if setting(name)]
    return [method for method in found if due.methods is None or method.name in due.methods]


def _takes(gateway: Gateway, amount: Money, market_id: UUID | None) -> bool:
    account = account_for(gateway.name, market_id)
    fits = amount.currency == gateway.currency and gateway.least <= amount.amount <= gateway.most
    return fits and account is not None and gateway.is_ready(account)
