"""The history of a market's life, and what its owner has asked the site's staff for."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model
from asoud_market.models.market import Status


class Move(Model):
    """One step of a market's life. Never changed."""

    __tablename__ = "market_move"
    __table_args__ = (Index("ix_market_move_market_id", "market_id", "id"),)

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    from_status: Mapped[Status | None] = mapped_column(Enum(Status, native_enum=False, length=40))
    to_status: Mapped[Status] = mapped_column(Enum(Status, native_enum=False, length=40))
    actor: Mapped[str] = mapped_column(String(10))
    """``owner``, ``admin`` or ``system``."""
    by_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    notes: Mapped[str] = mapped_column(String(1000), default="")


class ApprovalKind(enum.Enum):
    """What an owner asks for."""

    PUBLICATION = "publication"
    EDITING = "editing"
    """To publish again what was changed."""
    REACTIVATION = "reactivation"


class ApprovalState(enum.Enum):
    """What became of it."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Approval(Model):
    """Something that an owner asked the site's staff for."""

    __tablename__ = "market_approval"
    __table_args__ = (
        UniqueConstraint("market_id", "kind", "is_open"),
        Index("ix_market_approval_state", "state", "id"),
    )

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    kind: Mapped[ApprovalKind] = mapped_column(Enum(ApprovalKind, native_enum=False, length=20))
    state: Mapped[ApprovalState] = mapped_column(
        Enum(ApprovalState, native_enum=False, length=20), default=ApprovalState.PENDING
    )
    is_open: Mapped[bool | None] = mapped_column(default=True)
    """True while pending, else null: so that a market has one pending request of a kind, whoever asks at once."""
    requested_by: Mapped[UUID | None]
    message: Mapped[str] = mapped_column(String(1000), default="")
    answer: Mapped[str] = mapped_column(String(1000), default="")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
