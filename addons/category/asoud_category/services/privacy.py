"""A user's right to take his requests along, and to be forgotten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from addon_sdk import fields, session, transaction
from asoud_category.models import CategoryRequest


def export(user_id: UUID) -> list[dict[str, Any]]:
    """What the user has asked for, as JSON values."""
    mine = select(CategoryRequest).where(CategoryRequest.user_id == user_id).order_by(CategoryRequest.id)
    return [
        {
            "title": request.title,
            "explanation": request.explanation,
            "state": request.state.value,
            "answer": request.answer,
            "asked_at": fields.rfc3339(request.created_at),
        }
        for request in session().scalars(mine)
    ]


@transaction
def erase(user_id: UUID) -> None:
    """Delete all that the user has asked for."""
    session().execute(delete(CategoryRequest).where(CategoryRequest.user_id == user_id))
