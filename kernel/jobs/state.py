"""`platform.jobs`: the jobs of this site, the way to the workers, and this process's part in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

import kernel
from kernel.addons.contributions import Contribution
from kernel.context import KERNEL
from kernel.db import session, transaction
from kernel.jobs.models import DEAD, DONE, CronState, JobRow
from kernel.jobs.queues import RedisTransport, Transport
from kernel.jobs.timing import Timing
from kernel.jobs.workforce import Workforce

if TYPE_CHECKING:
    from kernel.jobs.declaration import Job
    from kernel.runtime import Platform


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run of a job or one delivery ended; for metrics and reports of errors."""

    kind: str
    """``job`` or ``delivery``."""
    name: str
    owner: str
    state: str
    seconds: float
    error: BaseException | None = None
    """What the addon's code raised; for reports of errors."""


class Jobs:
    """State of the jobs subsystem in one process."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.timing = Timing()
        self.transport: Transport = RedisTransport(platform.redis, platform.settings.redis_prefix)
        self.workforce = Workforce(platform.app, self.timing.lease)
        self.observers: list[Callable[[Outcome], None]] = []
        """Called with each `Outcome`, in the worker, after it is settled."""

    def set_timing(self, timing: Timing) -> None:
        """Use other patience; before any work is done."""
        self.timing = timing
        self.workforce = Workforce(self._platform.app, timing.lease)

    def contribution(self, name: str) -> Contribution | None:
        """The contribution of the job ``<addon>.<function>``, if this process has loaded it."""
        return self._platform.registry.find("job", name)

    def find(self, name: str) -> Job[..., Any] | None:
        """The job ``<addon>.<function>``, if this process has loaded it."""
        contribution = self.contribution(name)
        return contribution.value if contribution else None

    def version_of(self, owner: str) -> str:
        """The version of the addon's code in this process."""
        if owner == KERNEL:
            return kernel.__version__
        loaded = self._platform.registry.loaded.get(owner)
        return loaded.candidate.version if loaded else ""

    def observe(self, outcome: Outcome) -> None:
        """Tell the observers."""
        for observer in self.observers:
            observer(outcome)

    def count_waiting(self, addon: str) -> int:
        """How many jobs of the addon are not finished: queued, running, failed or parked."""
        query = select(func.count()).select_from(JobRow).where(JobRow.owner == addon, JobRow.state.not_in((DONE, DEAD)))
        return session().scalar(query) or 0

    def forget_addon(self, addon: str) -> None:
        """Delete everything about the addon's jobs and crons; for its uninstallation."""
        with transaction():
            session().execute(delete(JobRow).where(JobRow.owner == addon))
            session().execute(delete(CronState).where(CronState.name.startswith(f"{addon}.", autoescape=True)))
