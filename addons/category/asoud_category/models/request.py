"""Requests of users for categories that are missing."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from asoud_users.models import User
from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model
from asoud_category.models.category import MAX_TITLE, Category


class RequestState(enum.Enum):
    """What staff says about a request."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class CategoryRequest(Model):
    """A user finds no category for what he does, and asks for one."""

    __tablename__ = "category_request"

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(MAX_TITLE))
    explanation: Mapped[str] = mapped_column(String(1000))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey(Category.id, ondelete="SET NULL"), index=True)
    """Where he would look for it."""
    state: Mapped[RequestState] = mapped_column(
        Enum(RequestState, native_enum=False, length=20), default=RequestState.PENDING, index=True
    )
    answer: Mapped[str] = mapped_column(String(1000), default="")
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey(Category.id, ondelete="SET NULL"), index=True)
    """What was made of it, or fits."""
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
