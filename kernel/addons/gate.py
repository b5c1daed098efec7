"""Which addons answer right now, in this process. Follows the generation number in the database.

Asking costs a dictionary look-up. A thread looks at the number every ``poll_seconds`` and whenever Redis wakes it,
so every process follows within a second, and goes on following when Redis is away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from kernel.addons import state
from kernel.addons.contributions import Contribution
from kernel.addons.discovery import discover
from kernel.addons.processes import Heartbeat
from kernel.context import KERNEL

if TYPE_CHECKING:
    from kernel.runtime import Platform

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class GateChange:
    """What a new generation switched."""

    generation: int
    switched_on: frozenset[str]
    switched_off: frozenset[str]


class Gate:
    """The enabled addons of this process, and the generation they belong to."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._callbacks: list[Callable[[GateChange], None]] = []
        self._recycle: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._polls: list[Callable[[], None]] = []
        self.enabled: frozenset[str] = frozenset({KERNEL})
        self.generation = -1
        self.boot_generation = -1
        self.loaded_generation = -1
        """The boot generation that this process has loaded; -1 before `boot`."""
        self.missing: frozenset[str] = frozenset()
        self._recycled_for = -1

    def is_enabled(self, addon: str) -> bool:
        """Whether ``addon`` is switched on, loaded here, and so is everything that it needs."""
        return addon in self.enabled

    def counts(self, contribution: Contribution) -> bool:
        """Whether a contribution counts now: its owner is enabled, and so are the addons that its module requires."""
        if contribution.owner not in self.enabled:
            return False
        loaded = self._platform.registry.loaded.get(contribution.owner)
        if loaded is None or not loaded.declaration.requires_if:
            return True
        part = contribution.module.removeprefix(f"{loaded.candidate.package}.").partition(".")[0]
        return self.enabled.issuperset(loaded.declaration.requires_if.get(part, ()))

    def on_change(self, callback: Callable[[GateChange], None]) -> None:
        """Call back, in the watcher's thread and an app context, whenever addons were switched."""
        self._callbacks.append(callback)

    def on_recycle(self, callback: Callable[[], None]) -> None:
        """Call back once when the installed set has changed and this process should be replaced by a new one."""
        self._recycle.append(callback)

    def on_poll(self, callback: Callable[[], None]) -> None:
        """Call back at every look at the database; for others who must follow it within a second."""
        self._polls.append(callback)

    @property
    def behind(self) -> bool:
        """Whether addons were installed, upgraded or removed since this process booted, or a package is missing."""
        return bool(self.missing) or self.boot_generation != self.loaded_generation

    def boot(self) -> None:
        """Read the state for the first time; what is loaded now is what this boot generation has."""
        self.loaded_generation = self.boot_generation = self._platform.registry.boot_generation
        self.refresh()

    def refresh(self) -> None:
        """Read the generation and, if it moved, the enabled set. Raises what the database raises."""
        with self._lock:
            snapshot = state.read()
            self.missing = self._missing(snapshot.installed)
            self.boot_generation = snapshot.boot
            recycle = bool(self._recycle) and snapshot.boot not in (self.loaded_generation, self._recycled_for)
            if recycle:
                self._recycled_for = snapshot.boot
            if snapshot.live != self.generation:
                self._switch(snapshot)
        if recycle:
            for callback in self._recycle:
                callback()

    def _missing(self, installed: frozenset[str]) -> frozenset[str]:
        """Installed addons that pip hasn't put here; one that it has by now comes with the next process."""
        unknown = installed - {c.name for c in self._platform.registry.graph.order} - self._quarantined()
        return unknown - {candidate.name for candidate in discover()} if unknown else unknown

    def _quarantined(self) -> frozenset[str]:
        return frozenset(self._platform.registry.faults)

    def _switch(self, snapshot: state.Snapshot) -> None:
        registry = self._platform.registry
        enabled = {KERNEL}
        for candidate in registry.graph.order:
            needs = registry.graph.dependencies[candidate.name]
            if candidate.name in registry.loaded and candidate.name in snapshot.enabled and needs <= enabled:
                enabled.add(candidate.name)
        before, self.enabled = self.enabled, frozenset(enabled)
        self.generation = snapshot.live
        change = GateChange(self.generation, self.enabled - before, before - self.enabled)
        for callback in self._callbacks:
            try:
                callback(change)
            except Exception:  # one's fault must not keep the others, or the gate itself, on an old generation
                log.exception("gate_callback_failed", callback=getattr(callback, "__qualname__", repr(callback)))

    def watch(self) -> threading.Thread:
        """Start following in a thread of its own; used by every long-running process."""
        thread = threading.Thread(target=self._follow, name="asoud-gate", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End the watcher and take this process off the list of running ones."""
        self._stop.set()

    def _follow(self) -> None:
        heartbeat = Heartbeat(self._platform)
        wake = state.WakeUp(self._platform)
        while not self._stop.is_set():
            with self._platform.app.app_context():
                try:
                    self.refresh()
                    for poll in self._polls:
                        poll()
                    heartbeat.beat()
                except Exception as error:
                    log.warning("gate_cannot_read_state", error=str(error))
            wake.wait(self._platform.settings.poll_seconds, self._stop)
        wake.close()
        with self._platform.app.app_context():
            try:
                heartbeat.end()
            except Exception as error:  # without a database the entry grows old by itself
                log.warning("gate_cannot_sign_off", error=str(error))
