"""What goes in and out."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields
from asoud_loyalty.models import Entry


class BalanceSchema(Schema):
    """How many points somebody has."""

    balance = fields.Integer(required=True)


class EntrySchema(Schema):
    """Points earned or lost."""

    class Meta:
        model = Entry

    id = fields.UUID(dump_only=True)
    points = fields.Integer(dump_only=True)
    reason = fields.String(dump_only=True)
    created_at = fields.Timestamp(dump_only=True)
    expires_at = fields.Timestamp(dump_only=True, allow_none=True)


class AwardSchema(Schema):
    """Points for a user."""

    user_id = fields.UUID(required=True)
    points = fields.Integer(required=True, validate=validate.Range(1, 1_000_000))
    reason = fields.CleanText(required=True, min_length=1, max_length=200)


class NothingSchema(Schema):
    """An event without a payload."""
