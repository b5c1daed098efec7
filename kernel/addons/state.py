"""Reading and changing what is installed and enabled: the rows that every process follows."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import redis
from sqlalchemy import inspect, select, update

from kernel.addons.models import AddonState, Generation
from kernel.db import after_commit, new_id, session, transaction
from kernel.runtime import platform

if TYPE_CHECKING:
    from kernel.runtime import Platform

INSTALLED = ("installed", "to_upgrade")
"""States in which an addon is mapped and routed at boot."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of all addons at one moment."""

    live: int
    boot: int
    installed: frozenset[str]
    enabled: frozenset[str]


_EMPTY = Snapshot(0, 0, frozenset(), frozenset())


def read() -> Snapshot:
    """What the database says now; nothing installed where the kernel's own tables don't exist yet.

    Raises SQLAlchemy's OperationalError when the database is away.
    """
    if not kernel_is_migrated():
        return _EMPTY
    rows = session().execute(select(AddonState.name, AddonState.enabled).where(AddonState.state.in_(INSTALLED))).all()
    generation = session().execute(select(Generation.live, Generation.boot)).one_or_none()
    live, boot = generation or (0, 0)
    return Snapshot(live, boot, frozenset(row.name for row in rows), frozenset(row.name for row in rows if row.enabled))


def kernel_is_migrated() -> bool:
    """Whether the kernel's tables exist. A true answer is remembered: they don't go away under a running process."""
    if not platform.app.extensions.get("asoud_migrated"):
        platform.app.extensions["asoud_migrated"] = inspect(platform.db.engine).has_table(AddonState.__tablename__)
    return bool(platform.app.extensions["asoud_migrated"])


def row_of(name: str) -> AddonState | None:
    """The addon's row, or None if it was never installed or refused."""
    return session().scalar(select(AddonState).where(AddonState.name == name))


def save(name: str, state: str, **values: object) -> AddonState:
    """Set an addon's state and other columns; makes its row when there is none. Call inside a transaction."""
    row = row_of(name)
    if row is None:
        row = AddonState(name=name, enabled=False, version="", auto=False, refused=False)
        session().add(row)
    row.state = state
    for column, value in values.items():
        setattr(row, column, value)
    session().flush()
    return row


def raise_generation(*, boot: bool) -> None:
    """Tell every process that something changed; ``boot`` when the installed set did. Call inside a transaction."""
    changes = {"live": Generation.live + 1, **({"boot": Generation.boot + 1} if boot else {})}
    with transaction():
        if not session().execute(update(Generation).values(changes)).rowcount:  # type: ignore[attr-defined]  # a DML result
            session().add(Generation(id=new_id(), live=1, boot=int(boot)))
        after_commit(wake_everybody)


def channel() -> str:
    """The Redis channel that wakes the watchers."""
    return f"{platform.settings.redis_prefix}generation"


def wake_everybody() -> None:
    """Wake the watchers of all processes. Without Redis they find out by polling."""
    with contextlib.suppress(redis.RedisError):
        platform.redis.publish(channel(), b"")


class WakeUp:
    """Waits for a message on the generation channel, or for time to pass."""

    def __init__(self, platform: Platform) -> None:
        self._redis, self._channel = platform.redis, f"{platform.settings.redis_prefix}generation"
        self._pubsub: redis.client.PubSub | None = None

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Return when woken or after ``seconds``; at once when ``stop`` is set meanwhile is not promised."""
        try:
            if self._pubsub is None:
                self._pubsub = self._redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # redis-py's own
                self._pubsub.subscribe(self._channel)
            self._pubsub.get_message(timeout=seconds)
        except redis.RedisError:
            self.close()
            stop.wait(seconds)

    def close(self) -> None:
        """Let the connection go."""
        if self._pubsub is not None:
            with contextlib.suppress(redis.RedisError, OSError):
                self._pubsub.close()
            self._pubsub = None
