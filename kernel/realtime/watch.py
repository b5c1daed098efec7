"""Who may not stay: clients whose token ended, whose session was revoked, or whose addon was switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from kernel.errors import AddonDisabled, NotAuthenticated, Problem, SessionEnded, TokenExpired
from kernel.i18n import set_locale
from kernel.identity.principal import principal_of_token
from kernel.identity.signals import EVERYBODY
from kernel.realtime.answers import problem_body

if TYPE_CHECKING:
    from kernel.addons.gate import GateChange
    from kernel.realtime.connections import Connection
    from kernel.realtime.core import Realtime
    from kernel.realtime.dispatch import Dispatcher
    from kernel.runtime import Platform

log = structlog.get_logger(__name__)

SECONDS = 0.5
"""How often ended tokens are looked for."""


class Watch:
    """Disconnects clients of this process, each with a notice that says why."""

    def __init__(self, platform: Platform, realtime: Realtime, dispatcher: Dispatcher) -> None:
        self._platform = platform
        self._realtime = realtime
        self._dispatcher = dispatcher
        platform.gate.on_change(self.on_gate_change)
        platform.identity.signals.on_revoked(self.on_session_revoked)
        platform.identity.signals.on_roles(self.on_roles_changed)

    def look(self) -> None:
        """Disconnect everybody whose token has ended."""
        for connection in self._realtime.connections:
            if connection.expired:
                self._end(connection, "token_expired", TokenExpired())

    def on_gate_change(self, change: GateChange) -> None:
        """Disconnect the clients of every namespace that doesn't count any more."""
        if not change.switched_off:
            return
        for connection in self._realtime.connections:
            served = self._dispatcher.served.get(connection.namespace)
            if served is None or not self._platform.gate.counts(served.contribution):
                self._end(connection, "addon_disabled", AddonDisabled())

    def on_session_revoked(self, session_id: UUID) -> None:
        """Disconnect the clients that came with a token of the session."""
        for connection in self._realtime.connections.of_session(session_id):
            self._end(connection, "session_revoked", SessionEnded())

    def on_roles_changed(self, user: str) -> None:
        """Give clients the permissions that their users have now."""
        for connection in self._realtime.connections:
            if connection.token is not None and user in (EVERYBODY, str(connection.user_id)):
                try:
                    connection.principal = principal_of_token(connection.token)
                except SessionEnded as problem:
                    self._end(connection, "session_revoked", problem)
                except NotAuthenticated as problem:
                    self._end(connection, "token_expired", problem)

    def _end(self, connection: Connection, event: str, problem: Problem) -> None:
        """Send the notice in the client's own language, and end its connection."""
        try:
            with self._platform.app.app_context(), set_locale(connection.language):
                self._realtime.disconnect(connection, event, {"error": problem_body(problem)})
        except Exception:  # one client that cannot be reached must not keep the others connected
            log.exception("socket_not_disconnected", sid=connection.sid)
