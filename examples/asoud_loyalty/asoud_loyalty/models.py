"""Tables, and the column that this addon adds to users."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from asoud_users.models import User
from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Field, Model, extend

extend(User, points=Field(mapped_column(Integer, server_default="0", nullable=False), filterable=True))


class Entry(Model):
    """Points that a user has earned or lost. What he has is their sum, kept in ``User.loyalty_points``."""

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"), index=True)
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    """When earned points are lost; None once they are, and for losses."""
