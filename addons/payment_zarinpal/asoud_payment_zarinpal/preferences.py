"""Settings of this addon, with their defaults."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields

EMULATOR_PORT = 8461
EMULATOR_URL = f"http://127.0.0.1:{EMULATOR_PORT}"


class Preferences(Schema):
    """What an operator may set. As it comes, payments go to the emulator."""

    url = fields.Url(
        load_default=EMULATOR_URL,
        require_tld=False,
        metadata={"description": "Address of the gateway: https://payment.zarinpal.com, its sandbox or the emulator."},
    )
    refund_url = fields.Url(
        load_default=f"{EMULATOR_URL}/api/v4/graphql/",
        require_tld=False,
        metadata={"description": "Address of the GraphQL service: https://next.zarinpal.com/api/v4/graphql/."},
    )
    merchant_id = fields.String(
        load_default="00000000-0000-4000-8000-000000000000",
        validate=validate.Length(equal=36),
        metadata={"description": "The platform's own merchant id."},
    )
    terminal_id = fields.String(load_default="1", metadata={"description": "The platform's terminal, for refunds."})
    access_token = fields.String(
        load_default="", metadata={"description": "Access token of the panel, for refunds.", "secret": True}
    )
    timeout = fields.Integer(
        load_default=10,
        validate=validate.Range(1, 25),
        metadata={"description": "Seconds that an answer of the gateway may take."},
    )
    wages = fields.Boolean(
        load_default=False, metadata={"description": "Whether shares go to the Shebas of markets directly."}
    )
