"""A worker's own lease: while it is renewed, what the worker has claimed stays its own."""

from __future__ import annotations

import threading
from uuid import UUID

import structlog
from flask import Flask

from kernel.clock import monotonic
from kernel.db import lease, new_id
from kernel.errors import Problem

log = structlog.get_logger(__name__)


class Workforce:
    """This process as a worker. Its ``id`` stands on what it runs, and dies with its lease.

    Anybody who finds work whose worker has no lease may give it to somebody else. So a process that cannot tell what
    became of its work takes a new id and lets the old lease run out, as if it had died.
    """

    def __init__(self, app: Flask, seconds: float) -> None:
        self._app = app
        self._seconds = seconds
        self._renewed: float | None = None
        self._ended = threading.Event()
        self.id: UUID = new_id()

    def ensure(self) -> UUID:
        """The id, under a lease that is good for a while. Raises ServiceUnavailable when the database is away."""
        if self._renewed is None or monotonic() - self._renewed > self._seconds / 2:
            self._renew()
        return self.id

    def start_afresh(self) -> None:
        """Take a new id; what the old one has claimed is free for others when its lease runs out."""
        self.id, self._renewed = new_id(), None

    def keep(self) -> threading.Thread:
        """Renew the lease from a thread of its own until `leave`."""
        thread = threading.Thread(target=self._keep, name="asoud-worker-lease", daemon=True)
        thread.start()
        return thread

    def leave(self) -> None:
        """Give the lease back: whatever is still claimed may go to others at once."""
        self._ended.set()
        try:
            lease.release(_name(self.id), self.id)
        except Problem as error:  # it runs out by itself
            log.warning("worker_lease_not_released", error=str(error))

    def _keep(self) -> None:
        while not self._ended.wait(self._seconds / 3):
            with self._app.app_context():
                try:
                    self._renew()
                except Problem as error:  # the database is away: the next turn tries again
                    log.warning("worker_lease_not_renewed", error=str(error))

    def _renew(self) -> None:
        mine = self.id
        if lease.acquire(_name(mine), mine, seconds=self._seconds) and mine == self.id:
            self._renewed = monotonic()


def _name(worker: UUID) -> str:
    return f"worker:{worker}"
