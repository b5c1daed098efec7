"""What the cron process does, turn after turn, while it leads: outbox to deliveries to workers, jobs, crons."""

from __future__ import annotations

from uuid import UUID

import structlog
from sqlalchemy import select

from kernel.clock import monotonic, now
from kernel.db import lease, new_id, session
from kernel.events.dispatch import dispatch_deliveries
from kernel.events.fanout import fan_out
from kernel.events.models import Delivery
from kernel.jobs.clockwork import enqueue_due_crons
from kernel.jobs.dispatch import dispatch_jobs
from kernel.jobs.models import JobRow
from kernel.jobs.parking import park_standing, resume_parked
from kernel.jobs.recovery import free_abandoned, notice_empty_redis
from kernel.runtime import platform

log = structlog.get_logger(__name__)
LEASE = "relay"
MODELS = (JobRow, Delivery)
_CRON_SECONDS = 0.5


class Relay:
    """One turn of it moves everything that can move. Any number may run; the one with the lease works.

    Nothing goes wrong when two work for a moment, after a pause longer than the lease: rows are unique and claimed
    by conditional updates. The lease only spares the effort.
    """

    def __init__(self) -> None:
        self.id: UUID = new_id()
        self._leads_until = 0.0
        self._leads = False
        self._generation: int | None = None
        self._looked: float | None = None
        self._crons_looked: float | None = None

    def turn(self) -> bool:
        """Do what there is to do now; whether there is more to do at once.

        Raises ServiceUnavailable when the database is away.
        """
        if not self._lead():
            return False
        self._follow_gate()
        self._look_for_losses()
        if self._crons_looked is None or monotonic() - self._crons_looked >= _CRON_SECONDS:
            self._crons_looked = monotonic()
            enqueue_due_crons()
        more_events = fan_out()
        dispatch_deliveries()
        return dispatch_jobs() or more_events

    def end(self) -> None:
        """Let another relay take over at once."""
        if self._leads:
            lease.release(LEASE, self.id)

    def _lead(self) -> bool:
        seconds = platform.jobs.timing.lease
        if self._leads and monotonic() < self._leads_until:
            return True
        led, self._leads = self._leads, self._may_lead() and lease.acquire(LEASE, self.id, seconds=seconds)
        if self._leads:
            self._leads_until = monotonic() + seconds / 3
            if not led:
                log.info("relay_leads")
                platform.events.subscribe_loaded()
                self._generation = self._looked = None
        return self._leads

    def _may_lead(self) -> bool:
        """A look before the try: who stands by must not write at each turn."""
        valid = select(lease.Lease.holder).where(lease.Lease.name == LEASE, lease.Lease.expires_at > now())
        return session().scalar(valid) in (None, self.id)

    def _follow_gate(self) -> None:
        generation = platform.gate.generation
        if generation != self._generation:
            park_standing()
            resume_parked()
            self._generation = generation

    def _look_for_losses(self) -> None:
        notice_empty_redis(MODELS)
        if self._looked is not None and monotonic() - self._looked < platform.jobs.timing.look:
            return
        self._looked = monotonic()
        for model in MODELS:
            free_abandoned(model)
        resume_parked()
