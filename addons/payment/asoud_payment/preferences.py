"""Settings of this addon, with their defaults."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields


class Preferences(Schema):
    """What an operator may set."""

    expires_minutes = fields.Integer(
        load_default=60,
        validate=validate.Range(5, 10_080),
        metadata={"description": "Minutes after which a payment that nobody began fails."},
    )
    cash_on_delivery = fields.Boolean(
        load_default=True, metadata={"description": "Whether one may pay in cash at delivery."}
    )
    receipt = fields.Boolean(
        load_default=True, metadata={"description": "Whether one may pay at a bank and hand in the receipt."}
    )
    return_prefixes = fields.List(
        fields.String(validate=validate.Length(4, 200)),
        load_default=list,
        metadata={"description": "Beginnings of addresses to which payers may return, beside the site's own."},
    )
