"""Logging in and staying in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, public, raises, throttled
from addon_sdk.identity import RefreshTokenRefused, SessionEnded, TokenPair
from asoud_users.limits import CODES_OF_ADDRESS, CODES_OF_ALL, LOGINS_OF_ADDRESS
from asoud_users.problems import CodeRefused, LoginRefused, TotpRequired, UserBlocked
from asoud_users.schemas import (
    CodeLoginSchema,
    CodeRequestSchema,
    LoginSchema,
    PasswordLoginSchema,
    RefreshSchema,
    RequestedCodeSchema,
    TokenSchema,
)
from asoud_users.services import codes, logins
from asoud_users.views.caller import calling_device

blp = Blueprint("users_login", description="Logging in by mobile number and code, which is signing up as well.")

CODE_AGAIN_SECONDS = 60


def requested(request_id: UUID) -> dict[str, Any]:
    """What is answered when a code is on its way."""
    expires_in = int(codes.LIFE.total_seconds())
    return {"request_id": request_id, "expires_in": expires_in, "resend_in": CODE_AGAIN_SECONDS}


@blp.post("/login-codes")
@public
@throttled(CODES_OF_ADDRESS.key, CODES_OF_ALL.key)
@blp.arguments(CodeRequestSchema)
@blp.response(202, RequestedCodeSchema)
def request_login_code(data: dict[str, Any]) -> dict[str, Any]:
    """Send a login code to a mobile number; the answer is the same whether it is known or not."""
    return requested(logins.request_login(data["mobile"]))


@blp.post("/logins")
@public
@throttled(LOGINS_OF_ADDRESS.key)
@raises(CodeRefused, TotpRequired, LoginRefused, UserBlocked)
@blp.arguments(CodeLoginSchema)
@blp.response(200, LoginSchema)
def login(data: dict[str, Any]) -> logins.Login:
    """Log in by the code that came; a number that is new here becomes a user."""
    device = calling_device(data["device"])
    return logins.login_with_code(data["request_id"], data["code"], device, totp=data.get("totp"))


@blp.post("/password-logins")
@public
@throttled(LOGINS_OF_ADDRESS.key)
@raises(LoginRefused, UserBlocked)
@blp.arguments(PasswordLoginSchema)
@blp.response(200, LoginSchema)
def login_with_password(data: dict[str, Any]) -> logins.Login:
    """Log in as staff, by password and authenticator app."""
    device = calling_device(data["device"])
    return logins.login_with_password(data["mobile"], data["password"], data["totp"], device)


@blp.post("/refreshes")
@public
@throttled(LOGINS_OF_ADDRESS.key)
@raises(SessionEnded, RefreshTokenRefused)
@blp.arguments(RefreshSchema)
@blp.response(200, TokenSchema)
def refresh_tokens(data: dict[str, Any]) -> TokenPair:
    """Exchange the refresh token for new tokens. Sending an old one again ends the session."""
    return logins.refresh(data["refresh_token"], calling_device())
