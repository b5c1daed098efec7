"""Settings of this addon, with their defaults."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields

_SCOPES = ["inventory.market"]
_MINUTES = validate.Range(1, 1440)


class Preferences(Schema):
    """What an operator may set, and of some a market for itself."""

    hold_minutes = fields.Integer(
        load_default=10,
        validate=_MINUTES,
        metadata={"description": "For how many minutes stock is reserved at checkout."},
    )
    payment_minutes = fields.Integer(
        load_default=20,
        validate=_MINUTES,
        metadata={"description": "For how many minutes stock stays reserved once a payment has begun."},
    )
    low_at = fields.Integer(
        load_default=5,
        validate=validate.Range(0, 1_000_000),
        metadata={
            "description": "From how many pieces on stock is low, where nothing else is said of a variant.",
            "scopes": _SCOPES,
        },
    )
    approval_from = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 1_000_000_000),
        metadata={
            "description": "From how many pieces on a second person approves an adjustment of stock; 0: none needs it.",
            "scopes": _SCOPES,
        },
    )
    max_locations = fields.Integer(
        load_default=50,
        validate=validate.Range(1, 1000),
        metadata={"description": "How many locations a market may have."},
    )
