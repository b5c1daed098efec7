"""What belongs to a user."""

from __future__ import annotations

from asoud_iran.schemas import Card, Mobile, Sheba

from addon_sdk import Schema, fields
from asoud_users.models import BankAccount, BankCard, Colleague, Document, DocumentStatus
from asoud_users.schemas.digits import AccountNumber


class DocumentSchema(Schema):
    """A document. Upload the file first, with the kind ``users.document``."""

    class Meta:
        """Which model other addons extend."""

        model = Document

    id = fields.UUID(dump_only=True)
    user_id = fields.UUID(dump_only=True)
    title = fields.CleanText(120, min_length=1, required=True)
    file_id = fields.UUID(required=True)
    status = fields.Enum(DocumentStatus, dump_only=True)
    review_note = fields.String(dump_only=True)
    reviewed_at = fields.Timestamp(dump_only=True, allow_none=True)
    created_at = fields.Timestamp(dump_only=True)


class DocumentReviewSchema(Schema):
    """What staff says about a document."""

    status = fields.Enum(DocumentStatus, required=True)
    note = fields.CleanText(500, load_default="", multiline=True)


class ColleagueSchema(Schema):
    """A colleague, who need not be a user."""

    class Meta:
        """Which model other addons extend."""

        model = Colleague

    id = fields.UUID(dump_only=True)
    mobile = Mobile(required=True)
    name = fields.CleanText(120, load_default="")
    created_at = fields.Timestamp(dump_only=True)


class BankAccountSchema(Schema):
    """A bank account."""

    class Meta:
        """Which model other addons extend."""

        model = BankAccount

    id = fields.UUID(dump_only=True)
    sheba = Sheba(required=True)
    bank = fields.String(dump_only=True, metadata={"description": "Code of the bank, as in `/api/v1/iran/banks`."})
    holder = fields.CleanText(120, min_length=1, required=True)
    account_number = AccountNumber(allow_none=True)
    branch_code = fields.CleanText(10)
    branch_name = fields.CleanText(60)
    description = fields.CleanText(250, multiline=True)
    created_at = fields.Timestamp(dump_only=True)


class BankCardSchema(Schema):
    """A bank card. Its number goes in and never comes out."""

    class Meta:
        """Which model other addons extend."""

        model = BankCard

    id = fields.UUID(dump_only=True)
    number = Card(required=True, load_only=True)
    bin = fields.String(dump_only=True)
    last_four = fields.String(dump_only=True)
    bank = fields.String(dump_only=True, metadata={"description": "Code of the bank, as in `/api/v1/iran/banks`."})
    holder = fields.CleanText(120, load_default="")
    created_at = fields.Timestamp(dump_only=True)
