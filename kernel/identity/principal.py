"""Who is calling: read once per request from the bearer token, or set around socket events, jobs and tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import has_request_context, request

from kernel.errors import NotAuthenticated
from kernel.i18n import translate
from kernel.runtime import platform

_NOBODY: frozenset[str] = frozenset()
_ENVIRON_KEY = "asoud.principal"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller, with everything that he may do everywhere (rights on single objects: `may`)."""

    user_id: UUID | None = None
    """None for an anonymous caller."""
    session_id: UUID | None = None
    """The login session that the access token belongs to."""
    roles: frozenset[str] = _NOBODY
    permissions: frozenset[str] = _NOBODY
    authenticated_at: datetime | None = None
    """When the caller last proved who he is (code, password), aware UTC."""
    expires_at: datetime | None = None
    """When the access token ends, aware UTC; sockets authenticate again before it."""

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody is logged in."""
        return self.user_id is not None

    def can(self, permission: str) -> bool:
        """Whether the caller holds ``permission`` everywhere, by one of his roles."""
        return permission in self.permissions


ANONYMOUS = Principal()
"""The caller without a token."""

_acting: ContextVar[Principal | None] = ContextVar("asoud_principal", default=None)


@contextmanager
def acting_as(principal: Principal) -> Iterator[Principal]:
    """Run the block as ``principal``, whatever the request says: socket events, jobs, tests."""
    token = _acting.set(principal)
    try:
        yield principal
    finally:
        _acting.reset(token)


def current_principal() -> Principal:
    """The caller of the running request or socket event; anonymous without a token and outside both.

    Raises `NotAuthenticated` when a token was sent that is malformed, expired or revoked.
    """
    principal = _acting.get()
    if principal is not None:
        return principal
    if not has_request_context():
        return ANONYMOUS
    environ = request.environ
    known: Principal | None = environ.get(_ENVIRON_KEY)
    if known is None:
        known = environ[_ENVIRON_KEY] = _of_header(environ.get("HTTP_AUTHORIZATION"))
    return known


def principal_or_anonymous() -> Principal:
    """Like `current_principal`, but a bad token counts as none (limits, logs)."""
    try:
        return current_principal()
    except NotAuthenticated:
        return ANONYMOUS


def _of_header(header: str | None) -> Principal:
    if not header:
        return ANONYMOUS
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise NotAuthenticated(translate("The Authorization header must be: Bearer <access token>."))
    return principal_of_token(token.strip())


def principal_of_token(token: str) -> Principal:
    """The caller that an access token names.

    Raises `NotAuthenticated` when it is malformed or not an access token, `TokenExpired`, or `SessionEnded`.
    """
    return platform.identity.authenticate(token)
