"""What this addon's own endpoints take and answer."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields
from asoud_iran.schemas.fields import JalaliDate


class BankSchema(Schema):
    """A bank, with the numbers by which Sheba and cards name it."""

    code = fields.String(metadata={"description": "Stable name.", "example": "mellat"})
    name = fields.String(metadata={"description": "In the client's language."})
    sheba = fields.String(metadata={"description": "Digits 5 to 7 of a Sheba.", "example": "012"})
    cards = fields.List(fields.String(), metadata={"description": "First six digits of cards.", "example": ["610433"]})


class HolidayQuery(Schema):
    """Which year's holidays."""

    year = fields.Integer(
        validate=validate.Range(1360, 1450),
        metadata={"description": "Jalali year; by default the present one.", "example": 1405},
    )


class HolidaySchema(Schema):
    """A public holiday."""

    date = fields.Date(dump_only=True, metadata={"description": "Gregorian date."})
    jalali_date = JalaliDate(attribute="date", dump_only=True)
    name = fields.String(metadata={"description": "All its reasons, in the client's language."})
