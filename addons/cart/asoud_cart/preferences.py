"""Settings of this addon, with their defaults."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields


class Preferences(Schema):
    """What an operator may set."""

    max_lines = fields.Integer(
        load_default=100,
        validate=validate.Range(1, 500),
        metadata={"description": "How many different things one cart holds."},
    )
    max_quantity = fields.Integer(
        load_default=1000,
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "How many of one thing a cart holds."},
    )
    guest_days = fields.Integer(
        load_default=30,
        validate=validate.Range(1, 365),
        metadata={"description": "After how many days without a change a guest's cart is deleted."},
    )
