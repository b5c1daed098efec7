"""What an operator does about dead letters: try them again, or let them go."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, update

from kernel.clock import now
from kernel.db import after_commit, session, transaction
from kernel.events.models import Delivery
from kernel.jobs.models import DEAD, QUEUED, JobRow, Work
from kernel.runtime import platform

_MODELS: tuple[type[Work], ...] = (JobRow, Delivery)


@transaction
def replay(ids: Collection[UUID] | None, *, owner: str | None = None) -> int:
    """Queue dead jobs and deliveries again with all their tries; how many. None means all, or all of ``owner``."""
    again: dict[str, Any] = {
        "state": QUEUED,
        "attempts": 0,
        "vanished": 0,
        "due_at": now(),
        "finished_at": None,
        "sent": 0,
        "sent_until": None,
    }
    after_commit(platform.events.wake_relay)
    return _on_dead(lambda model: update(model).values(again), ids, owner)


@transaction
def drop(ids: Collection[UUID] | None, *, owner: str | None = None) -> int:
    """Delete dead jobs and deliveries for good; how many. None means all, or all of ``owner``."""
    return _on_dead(delete, ids, owner)


def _on_dead(statement: Callable[[type[Work]], Any], ids: Collection[UUID] | None, owner: str | None) -> int:
    count = 0
    for model in _MODELS:
        chosen = statement(model).where(model.state == DEAD)
        if ids is not None:
            chosen = chosen.where(model.id.in_(ids))
        if owner is not None:
            chosen = chosen.where(model.owner == owner)
        result = session().execute(chosen, execution_options={"synchronize_session": False})
        count += cast("CursorResult[Any]", result).rowcount
    return count
