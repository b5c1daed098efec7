"""Logging in, staying in, and the sessions."""

from __future__ import annotations

from typing import Any

from asoud_iran.schemas import Mobile
from marshmallow import ValidationError, validate, validates_schema

from addon_sdk import Schema, fields
from asoud_users.schemas.digits import Digits, SecondFactor
from asoud_users.schemas.user import UserSchema


class CodeRequestSchema(Schema):
    """The number that a code is to be sent to."""

    mobile = Mobile(required=True)


class RequestedCodeSchema(Schema):
    """A code is on its way; the same answer for every number."""

    request_id = fields.UUID(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds that the code is good for."})
    resend_in = fields.Integer(required=True, metadata={"description": "Seconds until another one can be asked for."})


class CodeLoginSchema(Schema):
    """The code that came, with the request that it belongs to."""

    request_id = fields.UUID(required=True)
    code = Digits(required=True)
    totp = SecondFactor()
    device = fields.CleanText(120, load_default="", metadata={"description": "What the user calls this device."})


class PasswordLoginSchema(Schema):
    """For staff."""

    mobile = Mobile(required=True)
    password = fields.String(required=True, load_only=True, validate=validate.Length(max=128))
    totp = SecondFactor(required=True)
    device = fields.CleanText(120, load_default="")


class ProofSchema(Schema):
    """A proof of identity by somebody who is logged in: a code with its request, or password and authenticator app."""

    request_id = fields.UUID()
    code = Digits()
    password = fields.String(load_only=True, validate=validate.Length(max=128))
    totp = SecondFactor()

    @validates_schema
    def _one_of_both(self, data: dict[str, Any], **kwargs: Any) -> None:
        by_code, by_password = {"request_id", "code"} <= data.keys(), {"password", "totp"} <= data.keys()
        if by_code == by_password:
            raise ValidationError("Send request_id and code, or password and totp.", "code")


class RefreshSchema(Schema):
    """The refresh token that came last."""

    refresh_token = fields.String(required=True, load_only=True, validate=validate.Length(max=4096))


class TokenSchema(Schema):
    """Tokens. Send the access token as ``Authorization: Bearer``; exchange the refresh token before it ends."""

    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds."})
    refresh_expires_in = fields.Integer(required=True, metadata={"description": "Seconds."})
    session_id = fields.UUID(required=True)


class LoginSchema(Schema):
    """Who logged in, and his tokens."""

    tokens = fields.Nested(TokenSchema, required=True)
    user = fields.Nested(UserSchema, required=True)
    is_new = fields.Boolean(required=True, metadata={"description": "Whether this login made the user."})


class SessionSchema(Schema):
    """One login on one device."""

    id = fields.UUID(required=True)
    device = fields.String(required=True)
    address = fields.String(required=True)
    user_agent = fields.String(required=True)
    created_at = fields.Timestamp(required=True)
    last_seen_at = fields.Timestamp(required=True, metadata={"description": "The last login or refresh."})
    expires_at = fields.Timestamp(required=True)
    is_current = fields.Boolean(required=True)
