"""People around a market: its staff, whom it has invited, and its colleagues."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class Member(Model):
    """Somebody of a market's staff, and what he may do there. The owner is none: he may everything."""

    __tablename__ = "market_member"
    __table_args__ = (UniqueConstraint("market_id", "user_id"),)

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(80), default="")
    permissions: Mapped[list[Any]] = mapped_column(default=list)
    invited_by: Mapped[UUID | None]


class InvitationState(enum.Enum):
    """What became of an invitation; one that nobody answered in time is still called pending."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Invitation(Model):
    """A place in a market's staff, offered to the owner of a mobile number, or to whoever has the link."""

    __tablename__ = "market_invitation"
    __table_args__ = (
        UniqueConstraint("market_id", "mobile", "is_open"),
        Index("ix_market_invitation_mobile", "mobile", "state"),
    )

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    mobile: Mapped[str | None] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """The link's token is shown once and stored only so."""
    title: Mapped[str] = mapped_column(String(80), default="")
    permissions: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[InvitationState] = mapped_column(
        Enum(InvitationState, native_enum=False, length=20), default=InvitationState.PENDING
    )
    is_open: Mapped[bool | None] = mapped_column(default=True)
    """True while pending, else null: a number has one pending invitation of a market."""
    expires_at: Mapped[datetime]
    invited_by: Mapped[UUID | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]


class Colleague(Model):
    """Somebody in the same trade, known by his number, who need not be a user yet."""

    __tablename__ = "market_colleague"
    __table_args__ = (UniqueConstraint("market_id", "mobile"),)

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    mobile: Mapped[str] = mapped_column(String(16), index=True)
    name: Mapped[str] = mapped_column(String(120), default="")
