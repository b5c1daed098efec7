"""Settings of this addon, with their defaults."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields


class Preferences(Schema):
    """What an operator may set."""

    max_participants = fields.Integer(
        load_default=100,
        validate=validate.Range(2, 1000),
        metadata={"description": "How many participants a room may have, unless its kind says otherwise."},
    )
    max_rooms = fields.Integer(
        load_default=200,
        validate=validate.Range(1, 10_000),
        metadata={"description": "How many living rooms a user may have opened himself."},
    )
    edit_minutes = fields.Integer(
        load_default=60 * 24,
        validate=validate.Range(0),
        metadata={"description": "For how many minutes a sender may change a message."},
    )
