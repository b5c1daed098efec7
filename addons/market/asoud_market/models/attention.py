"""What people do with markets of others: bookmark, like, report, share, look."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class Bookmark(Model):
    """A user keeps a market at hand."""

    __tablename__ = "market_bookmark"
    __table_args__ = (UniqueConstraint("user_id", "market_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"))
    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"), index=True)


class Like(Model):
    """A user likes a market."""

    __tablename__ = "market_like"
    __table_args__ = (UniqueConstraint("user_id", "market_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"))
    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"), index=True)


class View(Model):
    """Somebody has looked at a market: a user once, a guest's network the last time that it counted."""

    __tablename__ = "market_view"
    __table_args__ = (
        UniqueConstraint("market_id", "viewer"),
        Index("ix_market_view_created_at", "is_guest", "created_at"),
    )

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    viewer: Mapped[str] = mapped_column(String(80))
    """The user's id; of a guest a keyed hash of his network, so that no address is stored."""
    is_guest: Mapped[bool]


class SharePlatform(enum.Enum):
    """Where somebody shares a market."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    TWITTER = "twitter"
    FACEBOOK = "facebook"
    LINKEDIN = "linkedin"
    EMAIL = "email"
    SMS = "sms"
    COPY_LINK = "copy_link"
    QR_CODE = "qr_code"
    DIRECT = "direct"


class Share(Model):
    """Somebody has shared a market."""

    __tablename__ = "market_share"
    __table_args__ = (Index("ix_market_share_platform", "market_id", "platform"),)

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users_user.id", ondelete="SET NULL"), index=True)
    platform: Mapped[SharePlatform] = mapped_column(Enum(SharePlatform, native_enum=False, length=20))


class ReportReason(enum.Enum):
    """What is wrong with a market."""

    FRAUD = "fraud"
    COUNTERFEIT = "counterfeit"
    WRONG_CONTENT = "wrong_content"
    WRONG_CONTACT = "wrong_contact"
    ILLEGAL = "illegal"
    OTHER = "other"


class ReportState(enum.Enum):
    """How far the site's staff has come with a report."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class Report(Model):
    """A user tells the site's staff that something is wrong with a market."""

    __tablename__ = "market_report"
    __table_args__ = (
        UniqueConstraint("market_id", "user_id", "is_open"),
        Index("ix_market_report_state", "state", "id"),
    )

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users_user.id", ondelete="SET NULL"), index=True)
    reason: Mapped[ReportReason] = mapped_column(Enum(ReportReason, native_enum=False, length=20))
    text: Mapped[str] = mapped_column(String(2000), default="")
    state: Mapped[ReportState] = mapped_column(Enum(ReportState, native_enum=False, length=20), default=ReportState.NEW)
    is_open: Mapped[bool | None] = mapped_column(default=True)
    """True until completed or archived, else null: a user has one open report about a market."""
    note: Mapped[str] = mapped_column(String(2000), default="")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


class TallyKind(enum.Enum):
    """Which count of a market."""

    VIEW = "view"
    LIKE = "like"
    BOOKMARK = "bookmark"
    SHARE = "share"


class Tally(Model):
    """One more or one less of something. Adding a row locks nobody out, as raising a count in the market would."""

    __tablename__ = "market_tally"

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    kind: Mapped[TallyKind] = mapped_column(Enum(TallyKind, native_enum=False, length=20))
    step: Mapped[int]
