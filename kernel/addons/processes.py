"""The list of running processes, by their own heartbeats: who has loaded what, and who must still be replaced."""

from __future__ import annotations

import os
import socket
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from kernel.addons.models import Process
from kernel.clock import now
from kernel.db import new_id, session, transaction

if TYPE_CHECKING:
    from kernel.runtime import Platform

BEAT_SECONDS = 2.0
ALIVE_SECONDS = 8.0
"""A process that has not been seen for this long counts as gone."""


class Heartbeat:
    """This process's own entry in the list."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._id = new_id()
        self._last = 0.0
        self._shown: tuple[int, int] = (-1, -1)

    def beat(self) -> None:
        """Renew the entry, every `BEAT_SECONDS` or at once when the generations moved."""
        gate = self._platform.gate
        shows = (gate.loaded_generation, gate.generation)
        if shows == self._shown and time.monotonic() - self._last < BEAT_SECONDS:
            return
        values = {"boot": shows[0], "live": shows[1], "missing": sorted(gate.missing), "seen_at": now()}
        with transaction():
            if not session().execute(update(Process).where(Process.id == self._id).values(values)).rowcount:  # type: ignore[attr-defined]  # a DML result
                host, pid = socket.gethostname(), os.getpid()
                session().add(Process(id=self._id, host=host, pid=pid, role=self._platform.role, **values))
                session().execute(delete(Process).where(Process.seen_at < now() - timedelta(seconds=60)))
        self._last, self._shown = time.monotonic(), shows

    def end(self) -> None:
        """Take the entry away, because the process ends in good order."""
        with transaction():
            session().execute(delete(Process).where(Process.id == self._id))


def alive() -> list[Process]:
    """The processes that were seen within `ALIVE_SECONDS`, oldest first."""
    recent = now() - timedelta(seconds=ALIVE_SECONDS)
    return list(session().scalars(select(Process).where(Process.seen_at > recent).order_by(Process.created_at)))


def behind(boot: int) -> list[Process]:
    """The running processes that have not yet loaded boot generation ``boot``."""
    return [process for process in alive() if process.boot < boot]
