"""What a market has besides: contact, pictures, and how it is paid."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Enum, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class Contact(Model):
    """How customers reach a market; made when first written."""

    __tablename__ = "market_contact"

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"), unique=True)
    mobile: Mapped[str | None] = mapped_column(String(16))
    second_mobile: Mapped[str | None] = mapped_column(String(16))
    telephone: Mapped[str] = mapped_column(String(20), default="")
    fax: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(300))
    instagram: Mapped[str | None] = mapped_column(String(30))
    telegram: Mapped[str | None] = mapped_column(String(32))
    messengers: Mapped[list[Any]] = mapped_column(default=list)
    """Accounts in other messengers: [{"app": "eitaa", "account": "shop"}]."""


class PicturePurpose(enum.Enum):
    """Where a picture is shown."""

    SLIDER = "slider"
    GALLERY = "gallery"


class Picture(Model):
    """A slide of a market, or a picture of its gallery."""

    __tablename__ = "market_picture"
    __table_args__ = (Index("ix_market_picture_order", "market_id", "purpose", "position", "id"),)

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    purpose: Mapped[PicturePurpose] = mapped_column(Enum(PicturePurpose, native_enum=False, length=20))
    file_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(String(120), default="")
    link: Mapped[str | None] = mapped_column(String(500))
    position: Mapped[int] = mapped_column(default=0)


class GatewayChoice(enum.Enum):
    """Whose payment gateway takes a market's money."""

    PERSONAL = "personal"
    ASOUD = "asoud"
    LATER = "later"


class GatewayState(enum.Enum):
    """Whether the choice counts: the site's gateway needs the approval of its staff."""

    SETTLED = "settled"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class Gateway(Model):
    """How a market is paid; made when first chosen."""

    __tablename__ = "market_gateway"
    __table_args__ = (Index("ix_market_gateway_state", "state", "id"),)

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"), unique=True)
    choice: Mapped[GatewayChoice] = mapped_column(Enum(GatewayChoice, native_enum=False, length=20))
    state: Mapped[GatewayState] = mapped_column(Enum(GatewayState, native_enum=False, length=20))
    provider: Mapped[str | None] = mapped_column(String(40))
    merchant_id: Mapped[str | None] = mapped_column(String(120))
    api_key: Mapped[str | None] = mapped_column(Text)
    """Encrypted. Never part of any answer."""
    note: Mapped[str] = mapped_column(String(500), default="")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]

    @property
    def has_api_key(self) -> bool:
        """Whether a key is stored; all that anybody hears of it."""
        return self.api_key is not None
