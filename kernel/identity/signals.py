"""News that every process must have within a second: revoked sessions and changed roles.

The rows in the database are the truth. The gate's watcher reads the young ones at each look, so nothing is asked in a
request; Redis only wakes the watchers. A row may become visible later than its time says (its transaction was long, or
clocks differ), so each look goes `OVERLAP` further back, and rows that were already taken are skipped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

import structlog
from sqlalchemy import CursorResult, delete, select

from kernel.addons.state import kernel_is_migrated, wake_everybody
from kernel.clock import now
from kernel.db import after_commit, session, transaction
from kernel.identity.models import IdentitySignal

if TYPE_CHECKING:
    from kernel.runtime import Platform

log = structlog.get_logger(__name__)

T = TypeVar("T")

OVERLAP = timedelta(seconds=60)
REVOKED = "revoked"
ROLES = "roles"
EVERYBODY = "*"


class Signals:
    """What this process has heard."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._keep = timedelta(seconds=platform.settings.access_token_seconds) + OVERLAP
        self._lock = threading.Lock()
        self._taken: dict[UUID, datetime] = {}
        self._polled_at: datetime | None = None
        self._revoked: dict[UUID, datetime] = {}
        self._on_revoked: list[Callable[[UUID], None]] = []
        self._on_roles: list[Callable[[str], None]] = []

    def is_revoked(self, session_id: UUID | None) -> bool:
        """Whether the session was revoked while access tokens of it may still be alive."""
        if self._polled_at is None:
            self.poll()
        return session_id in self._revoked

    def on_revoked(self, callback: Callable[[UUID], None]) -> None:
        """Call back once with the id of each session that is revoked, here or in another process.

        Runs in the watcher's thread or after the revoking transaction's commit, in an app context.
        """
        self._on_revoked.append(callback)

    def on_roles(self, callback: Callable[[str], None]) -> None:
        """Call back with the id of a user (as text) whose roles have changed, or with `EVERYBODY`."""
        self._on_roles.append(callback)

    def send(self, kind: str, subject: str) -> None:
        """Tell every process, this one included, as part of the running transaction."""
        with transaction():
            signal = IdentitySignal(kind=kind, subject=subject)
            session().add(signal)
            session().flush()
            row = (signal.id, signal.kind, signal.subject, signal.created_at)
            after_commit(lambda: self._announce(row))

    def _announce(self, row: tuple[UUID, str, str, datetime]) -> None:
        self._take(*row)
        wake_everybody()

    def poll(self) -> None:
        """Take what is new. Raises what the database raises."""
        if not kernel_is_migrated():
            return
        started = now()
        since = started - (self._keep if self._polled_at is None else OVERLAP)
        columns = (IdentitySignal.id, IdentitySignal.kind, IdentitySignal.subject, IdentitySignal.created_at)
        statement = select(*columns).where(IdentitySignal.created_at >= since)
        for signal_id, kind, subject, created_at in session().execute(statement):
            self._take(signal_id, kind, subject, created_at)
        self._polled_at = started
        self._forget(started - self._keep)

    def _take(self, signal_id: UUID, kind: str, subject: str, created_at: datetime) -> None:
        with self._lock:
            if signal_id in self._taken:
                return
            self._taken[signal_id] = created_at
        if kind == REVOKED:
            self._revoked[UUID(subject)] = created_at
            self._tell(self._on_revoked, UUID(subject))
        else:
            self._tell(self._on_roles, subject)

    def _tell(self, callbacks: list[Callable[[T], None]], subject: T) -> None:
        for callback in callbacks:
            try:
                callback(subject)
            except Exception:  # one listener's fault must not keep the news from the others
                log.exception("identity_callback_failed", callback=getattr(callback, "__qualname__", repr(callback)))

    def _forget(self, before: datetime) -> None:
        for known in (self._taken, self._revoked):
            for key in [key for key, at in tuple(known.items()) if at < before]:
                known.pop(key, None)

    def purge(self) -> int:
        """Delete rows that no process needs any more; returns how many."""
        with transaction():
            statement = delete(IdentitySignal).where(IdentitySignal.created_at < now() - 2 * self._keep)
            return cast("CursorResult[Any]", session().execute(statement)).rowcount
