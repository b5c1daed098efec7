"""REST: parse, call a service, answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect
from werkzeug.wrappers import Response as AnyResponse

from addon_sdk import (
    Blueprint,
    ListArgs,
    NotFound,
    Page,
    authenticated,
    current_principal,
    idempotent,
    public,
    raises,
    requires,
    throttled,
)
from asoud_payment import limits
from asoud_payment.models import Attempt, Change, Payment, Receipt, Reconciliation, Refund, Split
from asoud_payment.problems import (
    MethodUnavailable,
    NothingDue,
    NotOpen,
    NotRefundable,
    NotStarted,
    RefundTooLarge,
    StartRunning,
    WrongMethod,
)
from asoud_payment.schemas import (
    AttemptQuery,
    AttemptSchema,
    CallbackQuery,
    ChangeQuery,
    ChangeSchema,
    DecisionSchema,
    MethodQuery,
    MethodsSchema,
    PaymentQuery,
    PaymentSchema,
    ReceiptSchema,
    ReceivedQuery,
    ReceivedSchema,
    ReconciliationQuery,
    ReconciliationSchema,
    RefundQuery,
    RefundSchema,
    SplitQuery,
    SplitSchema,
)
from asoud_payment.services import access, by_hand, opening, reconciling, refunding, settling, starting

blp = Blueprint("payment", description="Payments by any gateway, by cash and by receipt; refunds; reconciliation.")


@blp.get("/methods")
@authenticated
@raises(NothingDue)
@blp.arguments(MethodQuery, location="query")
@blp.response(200, MethodsSchema)
def list_methods(query: dict[str, Any]) -> dict[str, Any]:
    """List the ways in which something of mine can be paid."""
    return {"items": opening.methods_of(query["kind"], query["payable_id"], current_principal().user_id)}


@blp.get("/payments")
@authenticated
@blp.arguments(PaymentQuery, location="query")
@blp.page(PaymentSchema)
def list_payments(query: ListArgs) -> Page:
    """List my payments; all of them for holders of `payment.view`."""
    return access.list_payments(query)


@blp.post("/payments")
@authenticated
@idempotent
@raises(NothingDue, MethodUnavailable)
@blp.arguments(PaymentSchema)
@blp.response(201, PaymentSchema)
def open_payment(data: dict[str, Any]) -> Payment:
    """Begin to pay; the amount is what is due. Then open `pay_url` in a browser."""
    return opening.open_payment(**data, user_id=current_principal().user_id)


@blp.get("/payments/<uuid:payment_id>")
@authenticated
@raises(NotFound)
@blp.response(200, PaymentSchema)
def get_payment(payment_id: UUID) -> Payment:
    """Show a payment."""
    return access.get_payment(payment_id)


@blp.post("/payments/<uuid:payment_id>/cancellation")
@authenticated
@raises(NotFound, NotOpen)
@blp.response(200, PaymentSchema)
def cancel_payment(payment_id: UUID) -> Payment:
    """Give a payment up; what is paid all the same is credited or goes back."""
    return opening.cancel(payment_id)


@blp.get("/payments/<uuid:payment_id>/changes")
@authenticated
@raises(NotFound)
@blp.arguments(ChangeQuery, location="query")
@blp.page(ChangeSchema)
def list_changes(query: ListArgs, payment_id: UUID) -> Page:
    """List what has become of a payment, the latest first."""
    return access.list_parts(Change, payment_id, query)


@blp.get("/payments/<uuid:payment_id>/splits")
@authenticated
@raises(NotFound)
@blp.arguments(SplitQuery, location="query")
@blp.page(SplitSchema)
def list_splits(query: ListArgs, payment_id: UUID) -> Page:
    """List the parts of a payment."""
    return access.list_parts(Split, payment_id, query)


@blp.get("/payments/<uuid:payment_id>/attempts")
@requires("payment.view")
@raises(NotFound)
@blp.arguments(AttemptQuery, location="query")
@blp.page(AttemptSchema)
def list_attempts(query: ListArgs, payment_id: UUID) -> Page:
    """List the tries to pay."""
    return access.list_parts(Attempt, payment_id, query)


@blp.get("/payments/<uuid:payment_id>/refunds")
@authenticated
@raises(NotFound)
@blp.arguments(RefundQuery, location="query")
@blp.page(RefundSchema)
def list_refunds(query: ListArgs, payment_id: UUID) -> Page:
    """List what has gone back, or is on its way."""
    return access.list_parts(Refund, payment_id, query)


@blp.post("/payments/<uuid:payment_id>/refunds")
@requires("payment.refund")
@idempotent
@raises(NotFound, NotRefundable, RefundTooLarge)
@blp.arguments(RefundSchema)
@blp.response(201, RefundSchema)
def refund_payment(data: dict[str, Any], payment_id: UUID) -> Refund:
    """Give back some of a payment, or what is left of it."""
    return refunding.ask_refund(payment_id, **data)


@blp.post("/payments/<uuid:payment_id>/collection")
@requires("payment.approve")
@idempotent
@raises(NotFound, NotOpen, WrongMethod)
@blp.response(200, PaymentSchema)
def collect_payment(payment_id: UUID) -> Payment:
    """Say that cash was taken at delivery."""
    return by_hand.collect(payment_id)


@blp.post("/payments/<uuid:payment_id>/receipt")
@authenticated
@raises(NotFound, NotOpen, WrongMethod)
@blp.arguments(ReceiptSchema)
@blp.response(201, ReceiptSchema)
def hand_in_receipt(data: dict[str, Any], payment_id: UUID) -> Receipt:
    """Hand a bank receipt in; staff decide on it."""
    return by_hand.hand_in(payment_id, **data)


@blp.post("/payments/<uuid:payment_id>/receipt/decision")
@requires("payment.approve")
@idempotent
@raises(NotFound, NotOpen, WrongMethod)
@blp.arguments(DecisionSchema)
@blp.response(200, ReceiptSchema)
def decide_receipt(data: dict[str, Any], payment_id: UUID) -> Receipt:
    """Say whether the money of a receipt has come."""
    return by_hand.decide(payment_id, **data)


@blp.get("/pay/<pay_key>")
@public
@throttled(limits.STARTS.key)
@raises(NotFound, NothingDue, MethodUnavailable, StartRunning, NotStarted)
def start_payment(pay_key: str) -> AnyResponse:
    """Send the payer's browser to the gateway."""
    return _elsewhere(starting.start(pay_key))


@blp.get("/callbacks/<gateway>")
@public
@throttled(limits.CALLBACKS.key)
@raises(NotFound)
@blp.arguments(CallbackQuery, location="query")
def take_callback(query: dict[str, Any], gateway: str) -> AnyResponse:
    """Take a payer who returns from the gateway; what came of it is asked there."""
    return _elsewhere(settling.take_callback(gateway, query))


@blp.get("/messages")
@requires("payment.view")
@blp.arguments(ReceivedQuery, location="query")
@blp.page(ReceivedSchema)
def list_received(query: ListArgs) -> Page:
    """List what gateways said, as it came."""
    return access.list_received(query)


@blp.get("/reconciliations")
@requires("payment.view")
@blp.arguments(ReconciliationQuery, location="query")
@blp.page(ReconciliationSchema)
def list_reconciliations(query: ListArgs) -> Page:
    """List reconciliations, the latest first."""
    return reconciling.list_reconciliations(query)


@blp.post("/reconciliations")
@requires("payment.view")
@blp.arguments(ReconciliationSchema)
@blp.response(202, ReconciliationSchema)
def start_reconciliation(data: dict[str, Any]) -> Reconciliation:
    """Hold our payments of some days against what a gateway says; a job does it."""
    return reconciling.begin(**data)


@blp.get("/reconciliations/<uuid:reconciliation_id>")
@requires("payment.view")
@raises(NotFound)
@blp.response(200, ReconciliationSchema)
def get_reconciliation(reconciliation_id: UUID) -> Reconciliation:
    """Show what a reconciliation has found."""
    return reconciling.get_reconciliation(reconciliation_id)


def _elsewhere(url: str) -> AnyResponse:
    answer = redirect(url, 303)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
