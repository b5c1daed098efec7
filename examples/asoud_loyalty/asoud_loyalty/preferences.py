"""Settings of this addon, with their defaults."""

from __future__ import annotations

from addon_sdk import Schema, fields


class Preferences(Schema):
    """What an operator may set."""

    welcome_points = fields.Integer(load_default=10, metadata={"description": "Points for a new user."})
    months_valid = fields.Integer(
        load_default=12, metadata={"description": "For how many months of 30 days points last."}
    )
