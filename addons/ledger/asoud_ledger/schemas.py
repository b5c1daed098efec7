"""What goes over REST."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from addon_sdk import AnyOf, Between, ListQuery, Schema, fields
from asoud_ledger.chart import HolderType
from asoud_ledger.models import Entry, LedgerAccount, Posting, Proof

_SIGNED = {"description": "What makes the account's balance larger is positive."}


class AccountSchema(Schema):
    """An account of one kind, holder and currency."""

    class Meta:
        model = LedgerAccount

    id = fields.Id()
    kind = fields.String(metadata={"description": "As in the chart of accounts, such as `buyer_wallet`."})
    holder_type = fields.Enum(HolderType)
    holder = fields.String(metadata={"description": "Id of the user or market, name of the gateway, or empty."})
    balance = fields.Money(attribute="held", metadata={"description": "As the account's own side counts it."})
    entries = fields.Integer(attribute="sequence", metadata={"description": "How many there are."})
    last_posted_at = fields.Timestamp(allow_none=True)
    created_at = fields.Timestamp()


class AccountQuery(ListQuery):
    """Which accounts."""

    kind = AnyOf(fields.String(validate=validate.Length(1, 60)), LedgerAccount.kind)
    holder = AnyOf(fields.String(validate=validate.Length(1, 64)), LedgerAccount.holder)
    currency = AnyOf(fields.String(validate=validate.Length(3, 3)), LedgerAccount.currency)

    class Meta:
        model = LedgerAccount


class EntrySchema(Schema):
    """What a posting has added to an account."""

    class Meta:
        model = Entry

    id = fields.Id()
    sequence = fields.Integer(metadata={"description": "Its number in the account, without gaps."})
    posted_at = fields.Timestamp()
    side = fields.String(validate=validate.OneOf(["debit", "credit"]))
    amount = fields.Money(minimum=None, metadata=_SIGNED)
    balance = fields.Money(minimum=None, metadata={"description": "The account's balance after it."})
    posting_id = fields.Id()
    kind = fields.String(metadata={"description": "What kind of fact it is, such as `payment.captured`."})
    reference = fields.String(metadata={"description": "What it is about, such as `order:<id>`, or empty."})
    memo = fields.String()
    reverses_id = fields.Id(allow_none=True, metadata={"description": "The posting that this one takes back."})


class EntryQuery(ListQuery):
    """Which entries of an account."""

    posted_at = Between(fields.Timestamp(), Entry.posted_at)

    class Meta:
        model = Entry
        key = Entry.sequence
        sort = {"posted_at": Entry.posted_at}  # noqa: RUF012 - as every query declares it
        default_sort = "-posted_at"


class StatementQuery(Schema):
    """Of which time."""

    since = fields.Timestamp(metadata={"description": "From this moment on; by default from the first entry."})
    until = fields.Timestamp(metadata={"description": "Until before this moment; by default up to now."})

    @validates_schema
    def _in_order(self, data: dict[str, Any], **kwargs: Any) -> None:
        if "since" in data and "until" in data and data["since"] >= data["until"]:
            raise ValidationError({"until": ["The end must be after the beginning."]})


class PostingSchema(Schema):
    """One fact that has moved money."""

    class Meta:
        model = Posting

    id = fields.Id()
    posted_at = fields.Timestamp()
    kind = fields.String()
    cause = fields.String(metadata={"description": "What made it; no cause is posted twice."})
    reference = fields.String()
    memo = fields.String()
    by_id = fields.Id(allow_none=True, metadata={"description": "The user who acted, if somebody did."})
    reverses_id = fields.Id(allow_none=True)


class SideSchema(Schema):
    """One side of a posting."""

    account = fields.Nested(AccountSchema)
    side = fields.String(validate=validate.OneOf(["debit", "credit"]))
    amount = fields.Money()


class PostingDetailSchema(Schema):
    """A posting and what it adds to which account; debits equal credits in each currency."""

    posting = fields.Nested(PostingSchema)
    entries = fields.List(fields.Nested(SideSchema))


class PostingQuery(ListQuery):
    """Which postings."""

    kind = AnyOf(fields.String(validate=validate.Length(1, 60)), Posting.kind)
    reference = AnyOf(fields.String(validate=validate.Length(1, 100)), Posting.reference)
    cause = AnyOf(fields.String(validate=validate.Length(1, 200)), Posting.cause)

    class Meta:
        model = Posting


class ReversalSchema(Schema):
    """Why a posting is taken back."""

    reason = fields.CleanText(300, min_length=3, required=True)


class TrialBalanceQuery(Schema):
    """At which moment."""

    at = fields.Timestamp(metadata={"description": "By default now."})


class KindBalanceSchema(Schema):
    """What all accounts of a kind hold in one currency."""

    kind = fields.String()
    side = fields.String(validate=validate.OneOf(["debit", "credit"]))
    balance = fields.Money(minimum=None)
    accounts = fields.Integer(metadata={"description": "How many there are."})


class TrialBalanceSchema(Schema):
    """What all kinds of accounts hold; the debit sides equal the credit sides in each currency."""

    items = fields.List(fields.Nested(KindBalanceSchema))


class FindingSchema(Schema):
    """Something that is wrong in the books."""

    rule = fields.String(
        validate=validate.OneOf(["sum", "entries", "balance", "running_balance", "sequence", "reported"])
    )
    of = fields.String(metadata={"description": "The posting, account or report."})
    expected = fields.Integer()
    found = fields.Integer()


class ProofSchema(Schema):
    """One run of the proof that the books are right."""

    class Meta:
        model = Proof

    id = fields.Id()
    is_good = fields.Boolean(allow_none=True, metadata={"description": "Null while it runs."})
    accounts = fields.Integer(metadata={"description": "How many were looked at."})
    postings = fields.Integer(metadata={"description": "How many were looked at."})
    findings = fields.List(fields.Nested(FindingSchema), metadata={"description": "At most 100."})
    created_at = fields.Timestamp()
    ended_at = fields.Timestamp(allow_none=True)


class ProofQuery(ListQuery):
    """How to list proofs, the latest first."""

    class Meta:
        model = Proof
