"""The JSON web tokens: what stands in them, signing and reading.

An access token names user, session and the moment of the last proof of identity. A refresh token names its session and
its number in the session's row of rotations. Ends are reckoned by the kernel's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from flask import Flask
from flask_jwt_extended import JWTManager, create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException

from config import Settings
from kernel.clock import now
from kernel.crypto import derive_key
from kernel.errors import NotAuthenticated, RefreshTokenRefused, SessionEnded, TokenExpired
from kernel.i18n import translate

_UNREADABLE = (jwt.PyJWTError, JWTExtendedException, ValueError)
"""What decoding raises for anything but a token of this site."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a client gets at login and at each refresh."""

    access_token: str
    refresh_token: str
    expires_in: int
    """Seconds until the access token ends."""
    refresh_expires_in: int
    """Seconds until the refresh token ends."""
    session_id: UUID
    token_type: str = "Bearer"


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says."""

    user_id: UUID
    session_id: UUID
    authenticated_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefreshClaims:
    """What a refresh token says."""

    session_id: UUID
    generation: int


def configure(app: Flask, settings: Settings) -> None:
    """Let flask-jwt-extended sign with a key of its own that is derived from the site's secret."""
    app.config["JWT_SECRET_KEY"] = derive_key(settings.secret_key, "tokens").hex()
    app.config["JWT_ALGORITHM"] = "HS256"
    app.config["JWT_ENCODE_NBF"] = False
    app.config["JWT_DECODE_LEEWAY"] = 60
    app.config["JWT_COOKIE_CSRF_PROTECT"] = False  # there are no cookies
    JWTManager(app)


def issue(
    settings: Settings, *, user_id: UUID, session_id: UUID, generation: int, authenticated_at: datetime, ends: datetime
) -> TokenPair:
    """Sign a pair; ``ends`` is when the refresh token does."""
    moment = now()
    access_ends = min(moment + timedelta(seconds=settings.access_token_seconds), ends)
    common: dict[str, Any] = {"sid": str(session_id)}
    access = {**common, "aat": int(authenticated_at.timestamp()), "exp": int(access_ends.timestamp())}
    refresh = {**common, "gen": generation, "exp": int(ends.timestamp())}
    return TokenPair(
        access_token=create_access_token(str(user_id), expires_delta=False, additional_claims=access),
        refresh_token=create_refresh_token(str(user_id), expires_delta=False, additional_claims=refresh),
        expires_in=max(int((access_ends - moment).total_seconds()), 0),
        refresh_expires_in=max(int((ends - moment).total_seconds()), 0),
        session_id=session_id,
    )


def read_access(token: str) -> AccessClaims:
    """Verify an access token. Raises `NotAuthenticated`, and `TokenExpired` for one that was good."""
    try:
        claims = _claims(token)
    except _UNREADABLE:
        raise NotAuthenticated(translate("This token is not valid.")) from None
    if claims.get("type") != "access":
        raise NotAuthenticated(translate("This is not an access token."))
    if _has_ended(claims):
        raise TokenExpired
    try:
        return AccessClaims(UUID(claims["sub"]), UUID(claims["sid"]), _time(claims["aat"]), _time(claims["exp"]))
    except (KeyError, ValueError, TypeError):
        raise NotAuthenticated(translate("This access token cannot be read.")) from None


def read_refresh(token: str) -> RefreshClaims:
    """Verify a refresh token's signature and end. Raises `RefreshTokenRefused`, and `SessionEnded` after its end."""
    try:
        claims = _claims(token)
        if claims.get("type") != "refresh":
            raise RefreshTokenRefused(translate("This is not a refresh token."))
        if _has_ended(claims):
            raise SessionEnded
        return RefreshClaims(UUID(claims["sid"]), int(claims["gen"]))
    except (*_UNREADABLE, KeyError, TypeError):
        raise RefreshTokenRefused from None


def _claims(token: str) -> dict[str, Any]:
    """What a token of either kind says, ended or not. Raises one of `_UNREADABLE`."""
    claims: dict[str, Any] = decode_token(token, allow_expired=True)
    return claims


def _has_ended(claims: dict[str, Any]) -> bool:
    ends = claims.get("exp")
    return not isinstance(ends, int) or _time(ends) <= now()


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
