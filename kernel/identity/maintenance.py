"""Nightly tidying of identity's tables."""

from __future__ import annotations

from kernel.identity import attempts, sessions
from kernel.jobs import cron
from kernel.runtime import platform


@cron("20 3 * * *")
def tidy_identity() -> None:
    """Delete sessions, login attempts and signals that nobody needs any more."""
    sessions.purge()
    attempts.purge()
    platform.identity.signals.purge()
