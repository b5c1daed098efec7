"""What goes over REST. No amount of a payment ever comes from a client."""

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, ValidationError, validate, validates_schema

from addon_sdk import AnyOf, ListQuery, Schema, fields
from asoud_payment.models import (
    Attempt,
    AttemptState,
    Change,
    Payment,
    Receipt,
    Received,
    Reconciliation,
    Refund,
    RefundState,
    Source,
    Split,
    State,
)
from asoud_payment.services.registry import explained
from asoud_payment.services.starting import pay_url

_NAME = validate.Length(1, 100)


def _explained(name: str) -> fields.Function:
    """A text that is stored in English and shown in the reader's language."""
    return fields.Function(lambda row: explained(getattr(row, name)), dump_only=True, metadata={"type": "string"})


class PaymentSchema(Schema):
    """Something that is paid, once, by one method."""

    class Meta:
        model = Payment

    id = fields.Id(dump_only=True)
    kind = fields.String(
        required=True, validate=validate.Length(3, 80), metadata={"description": "What is paid, as in `order.group`."}
    )
    payable_id = fields.Id(required=True)
    method = fields.String(
        required=True, validate=validate.Length(1, 40), metadata={"description": "One of `/methods`."}
    )
    return_url = fields.Link(
        500, paths=True, load_default=None, allow_none=True, metadata={"description": "Where the payer returns to."}
    )
    amount = fields.Money(dump_only=True)
    refunded = fields.Integer(dump_only=True, metadata={"description": "How much of the amount has gone back."})
    title = fields.String(dump_only=True)
    owner_id = fields.Id(dump_only=True)
    state = fields.Enum(State, dump_only=True)
    pay_url = fields.Function(
        pay_url,
        dump_only=True,
        metadata={"type": ["string", "null"], "description": "Open it in a browser to pay; null when none is needed."},
    )
    expires_at = fields.Timestamp(dump_only=True)
    paid_at = fields.Timestamp(dump_only=True, allow_none=True)
    created_at = fields.Timestamp(dump_only=True)


class PaymentQuery(ListQuery):
    """Which payments."""

    kind = AnyOf(fields.String(validate=_NAME), Payment.kind)
    payable_id = AnyOf(fields.Id(), Payment.payable_id)
    state = AnyOf(fields.Enum(State), Payment.state)

    class Meta:
        model = Payment


class MethodQuery(Schema):
    """For what."""

    kind = fields.String(required=True, validate=_NAME)
    payable_id = fields.Id(required=True)


class MethodSchema(Schema):
    """A way to pay."""

    name = fields.String()
    title = fields.String()


class MethodsSchema(Schema):
    """The ways in which something can be paid."""

    items = fields.List(fields.Nested(MethodSchema))


class AttemptSchema(Schema):
    """One try to pay."""

    class Meta:
        model = Attempt

    id = fields.Id()
    gateway = fields.String()
    state = fields.Enum(AttemptState)
    authority = fields.String(allow_none=True)
    reference = fields.String(allow_none=True)
    card = fields.String(metadata={"description": "Masked."})
    fee = fields.Integer()
    is_surplus = fields.Boolean(metadata={"description": "Paid without need; it goes back."})
    is_reversed = fields.Boolean()
    code = fields.String()
    message = _explained("message")
    checks = fields.Integer()
    next_check_at = fields.Timestamp()
    paid_at = fields.Timestamp(allow_none=True)
    created_at = fields.Timestamp()


class AttemptQuery(ListQuery):
    """How to list attempts, the latest first."""

    class Meta:
        model = Attempt


class ChangeSchema(Schema):
    """A step in a payment's history."""

    class Meta:
        model = Change

    id = fields.Id()
    before = fields.Enum(State, allow_none=True)
    after = fields.Enum(State)
    reason = _explained("reason")
    by_id = fields.Id(allow_none=True)
    created_at = fields.Timestamp()


class ChangeQuery(ListQuery):
    """How to list a history, the latest first."""

    class Meta:
        model = Change


class SplitSchema(Schema):
    """Which part of a payment is whose."""

    class Meta:
        model = Split

    id = fields.Id()
    reference = fields.String()
    market_id = fields.Id(allow_none=True)
    amount = fields.Money()
    refunded = fields.Integer()


class SplitQuery(ListQuery):
    """How to list the parts of a payment."""

    class Meta:
        model = Split


class RefundSchema(Schema):
    """Money that goes back."""

    class Meta:
        model = Refund

    id = fields.Id(dump_only=True)
    amount = fields.Money(minimum=1, metadata={"description": "By default what is left."})
    share = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=120),
        metadata={"description": "Reference of the part that bears it."},
    )
    reason = fields.CleanText(300, min_length=3, required=True)
    state = fields.Enum(RefundState, dump_only=True)
    is_surplus = fields.Boolean(dump_only=True)
    message = _explained("message")
    created_at = fields.Timestamp(dump_only=True)
    done_at = fields.Timestamp(dump_only=True, allow_none=True)


class RefundQuery(ListQuery):
    """How to list refunds, the latest first."""

    class Meta:
        model = Refund


class ReceiptSchema(Schema):
    """A bank receipt."""

    class Meta:
        model = Receipt

    id = fields.Id(dump_only=True)
    file_id = fields.Id(required=True, metadata={"description": "An upload of the kind `payment.receipt`."})
    note = fields.CleanText(500, load_default="")
    is_approved = fields.Boolean(dump_only=True, allow_none=True)
    answer = fields.String(dump_only=True)
    decided_at = fields.Timestamp(dump_only=True, allow_none=True)


class DecisionSchema(Schema):
    """Whether the money of a receipt has come."""

    approved = fields.Boolean(required=True)
    answer = fields.CleanText(500, load_default="")


class ReceivedSchema(Schema):
    """Something that came from outside, as it came."""

    class Meta:
        model = Received

    id = fields.Id()
    source = fields.Enum(Source)
    gateway = fields.String()
    authority = fields.String(allow_none=True)
    attempt_id = fields.Id(allow_none=True)
    outcome = fields.String()
    code = fields.String()
    raw = fields.Raw(allow_none=True)
    created_at = fields.Timestamp()


class ReceivedQuery(ListQuery):
    """What came, by authority or attempt."""

    authority = AnyOf(fields.String(validate=_NAME), Received.authority)
    attempt_id = AnyOf(fields.Id(), Received.attempt_id)

    class Meta:
        model = Received


class CallbackQuery(Schema):
    """Whatever a gateway adds to the address; each has names of its own, and all of it is kept."""

    class Meta:
        unknown = INCLUDE


class FindingSchema(Schema):
    """Where a gateway says something else."""

    rule = fields.String(validate=validate.OneOf(["account", "no_answer", "standing", "refunded"]))
    payment_id = fields.Id()
    expected = fields.String()
    found = fields.String()


class ReconciliationSchema(Schema):
    """What we and a gateway say of the same days."""

    class Meta:
        model = Reconciliation

    id = fields.Id(dump_only=True)
    gateway = fields.String(required=True, validate=_NAME)
    since = fields.Timestamp(required=True)
    until = fields.Timestamp(required=True)
    ended_at = fields.Timestamp(dump_only=True, allow_none=True)
    payments = fields.Integer(dump_only=True)
    captured = fields.Integer(dump_only=True)
    refunded = fields.Integer(dump_only=True)
    fees = fields.Integer(dump_only=True)
    findings = fields.List(
        fields.Nested(FindingSchema), dump_only=True, metadata={"description": "At most 100; empty when all agree."}
    )

    @validates_schema
    def _in_order(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data["since"] >= data["until"]:
            raise ValidationError({"until": ["The end must be after the beginning."]})


class ReconciliationQuery(ListQuery):
    """How to list reconciliations, the latest first."""

    class Meta:
        model = Reconciliation
