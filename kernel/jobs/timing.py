"""How patient relay and workers are with each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Timing:
    """All in seconds. Shorter recovers sooner and asks the database more often."""

    lease: float = 15.0
    """A worker or relay that has not renewed its lease for this long counts as gone."""
    trust: float = 60.0
    """A message that has not led to a run for this long is sent again, each time with twice the patience."""
    longest_trust: float = 3600.0
    look: float = 5.0
    """How often parked jobs and dead workers are looked for when nothing gives a hint."""

    def trust_for(self, sent: int) -> timedelta:
        """How long to trust the message when its row was sent ``sent`` times before."""
        return timedelta(seconds=min(self.trust * 2 ** min(sent, 20), self.longest_trust))
