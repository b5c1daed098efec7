"""A user's right to take his data along, and to be forgotten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from addon_sdk import session
from asoud_inventory.models import Adjustment, Movement

_BY = {"movements": Movement.by_id, "adjustments": Adjustment.by_id, "decisions": Adjustment.decided_by}


def export(user_id: UUID) -> dict[str, Any]:
    """How often a user has moved, adjusted and decided on stock; the stock itself is its market's."""
    return {name: session().scalar(select(func.count()).where(column == user_id)) for name, column in _BY.items()}


def erase(user_id: UUID) -> None:
    """Forget who did it, in the caller's transaction; what was done stays in the history."""
    for column in _BY.values():
        session().execute(update(column.class_).where(column == user_id).values({column.key: None}))
