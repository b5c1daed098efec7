"""What identity keeps in one process: the tokens read lately, everybody's grants, signals and limits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kernel.clock import now
from kernel.errors import SessionEnded, TokenExpired
from kernel.identity.grants import GrantCache, Grants, forget_addon
from kernel.identity.principal import Principal
from kernel.identity.signals import Signals
from kernel.identity.throttles import Throttles
from kernel.identity.tokens import read_access

if TYPE_CHECKING:
    from kernel.runtime import Platform

CAPACITY = 10_000
"""Tokens that a process remembers as verified; at the limit it starts over."""


class Identity:
    """`platform.identity`."""

    def __init__(self, platform: Platform) -> None:
        self.signals = Signals(platform)
        self.grants = GrantCache(platform, self.signals)
        self.throttles = Throttles(platform)
        self._tokens: dict[str, tuple[Principal, datetime, Grants]] = {}

    def authenticate(self, token: str) -> Principal:
        """The principal of an access token; a dictionary look-up when it was seen before.

        Raises `NotAuthenticated` when it is malformed, `TokenExpired`, or `SessionEnded` when it was revoked.
        """
        known = self._tokens.get(token)
        if known is None:
            return self._verify(token)
        principal, ends, grants = known
        if ends <= now():
            self._tokens.pop(token, None)
            raise TokenExpired
        if self.signals.is_revoked(principal.session_id):
            raise SessionEnded
        if principal.user_id is not None and self.grants.of(principal.user_id) is not grants:
            return self._verify(token)
        return principal

    def forget_addon(self, name: str) -> None:
        """Delete what grants roles and permissions of an uninstalled addon; inside the uninstalling transaction."""
        forget_addon(name)

    def _verify(self, token: str) -> Principal:
        claims = read_access(token)
        if self.signals.is_revoked(claims.session_id):
            raise SessionEnded
        grants = self.grants.of(claims.user_id)
        principal = Principal(
            user_id=claims.user_id,
            session_id=claims.session_id,
            roles=grants.roles,
            permissions=grants.permissions,
            authenticated_at=claims.authenticated_at,
            expires_at=claims.expires_at,
        )
        if len(self._tokens) >= CAPACITY:
            self._tokens.clear()
        self._tokens[token] = (principal, claims.expires_at, grants)
        return principal
