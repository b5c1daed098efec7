"""Settings of this addon, with their defaults."""

from __future__ import annotations

from addon_sdk import Schema, fields


class Preferences(Schema):
    """What an operator may set."""

    sign_up = fields.Boolean(
        load_default=True,
        metadata={"description": "Whether an unknown mobile number becomes a new user at its first login."},
    )
    issuer = fields.String(
        load_default="ASOUD",
        metadata={"description": "The site's name in text messages and in authenticator apps."},
    )
    max_documents = fields.Integer(load_default=50, metadata={"description": "How many documents a user may keep."})
