"""Settings of this addon, with their defaults."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields


class Preferences(Schema):
    """What an operator may set."""

    max_open_requests = fields.Integer(
        load_default=5,
        validate=validate.Range(1, 100),
        metadata={"description": "How many undecided requests for categories a user may have."},
    )
