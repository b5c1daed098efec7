"""The market: what it is, where it is, when it is open, and how far its publication has come."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Enum, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model, Money, money, now

_Exact = String(240).with_variant(String(240, collation="C"), "postgresql")
"""Text compared code by code on both databases."""


class MarketKind(enum.Enum):
    """Which template a market follows."""

    COMPANY = "company"
    SHOP = "shop"


class Status(enum.Enum):
    """Where a market stands in its life; `asoud_market.moves` says which moves there are."""

    UNPAID_UNDER_CREATION = "unpaid_under_creation"
    PAYMENT_PENDING = "payment_pending"
    PAID_UNDER_CREATION = "paid_under_creation"
    PAID_IN_PUBLICATION_QUEUE = "paid_in_publication_queue"
    PAID_NON_PUBLICATION = "paid_non_publication"
    PAID_NEEDS_EDITING = "paid_needs_editing"
    PUBLISHED = "published"
    INACTIVE = "inactive"


class Placed:
    """Where a market is. The province is kept with the city, so that a list by province needs no join."""

    country: Mapped[str] = mapped_column(String(2), default="IR")
    province_id: Mapped[UUID | None] = mapped_column(ForeignKey("region_province.id", ondelete="SET NULL"))
    city_id: Mapped[UUID | None] = mapped_column(ForeignKey("region_city.id", ondelete="SET NULL"))
    address: Mapped[str] = mapped_column(String(500), default="")
    postal_code: Mapped[str | None] = mapped_column(String(10))
    latitude: Mapped[float | None] = mapped_column(Float(53))
    longitude: Mapped[float | None] = mapped_column(Float(53))


class Opened:
    """When a market is open, by the clock of Tehran; in its row, so that a list shows it without a further query."""

    shows_hours: Mapped[bool] = mapped_column(default=False)
    rests_on_holidays: Mapped[bool] = mapped_column(default=True)
    week: Mapped[list[Any]] = mapped_column(default=list)
    """Seven days, Saturday first; each a list of {"opens", "closes"} in minutes after midnight. Empty if never told."""
    days_off: Mapped[list[Any]] = mapped_column(default=list)
    """Days of its own on which it is closed: [{"date": "2026-03-21", "note": ""}], the earliest first."""
    closed_from: Mapped[datetime | None]
    closed_until: Mapped[datetime | None]
    closed_note: Mapped[str] = mapped_column(String(200), default="")


class Counted:
    """How many people took notice; some seconds behind, since `asoud_market.services.tallies` adds up in batches."""

    view_count: Mapped[int] = mapped_column(default=0)
    like_count: Mapped[int] = mapped_column(default=0)
    bookmark_count: Mapped[int] = mapped_column(default=0)
    share_count: Mapped[int] = mapped_column(default=0)


class Market(Placed, Opened, Counted, Model):
    """A company's office or a shop."""

    __tablename__ = "market_market"
    __table_args__ = (
        Index("ix_market_market_newest", "is_public", "listed_at", "id"),
        Index("ix_market_market_category", "category_id", "is_public", "listed_at", "id"),
        Index("ix_market_market_city", "city_id", "is_public", "listed_at", "id"),
        Index("ix_market_market_province", "province_id", "is_public", "listed_at", "id"),
        Index("ix_market_market_kind", "kind", "is_public", "listed_at", "id"),
        Index("ix_market_market_name", "is_public", "name_key", "id"),
        Index("ix_market_market_views", "is_public", "view_count", "id"),
        Index("ix_market_market_likes", "is_public", "like_count", "id"),
        Index("ix_market_market_place", "is_public", "latitude", "longitude"),
        Index("ix_market_market_status", "status", "id"),
        Index("ix_market_market_owner", "owner_id", "id"),
        {"info": {"by_hand": ("ix_market_market_search",)}},
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"))
    kind: Mapped[MarketKind] = mapped_column(Enum(MarketKind, native_enum=False, length=20))
    status: Mapped[Status] = mapped_column(
        Enum(Status, native_enum=False, length=40), default=Status.UNPAID_UNDER_CREATION
    )
    is_public: Mapped[bool] = mapped_column(default=False)
    """Whether everybody may see it and what belongs to it: just while it is published. Kept by the life alone."""
    is_paid: Mapped[bool] = mapped_column(default=False)
    settled: Mapped[Money | None] = money("settled", nullable=True)
    """The highest publication fee that is paid; None where nothing was to be paid."""
    listed_at: Mapped[datetime] = mapped_column(default=now)
    """When it was published last, before that when it was opened: the public list's order, which must not be null."""
    first_published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    """Rises with each change by people; ETags are made of it."""
    business_id: Mapped[str | None] = mapped_column(String(20))
    business_key: Mapped[str | None] = mapped_column(String(20), unique=True)
    """The business id in small letters: two that differ in case alone are the same."""
    subdomain: Mapped[str | None] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(_Exact)
    """The name folded, for the alphabetical order."""
    slogan: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    search_key: Mapped[str] = mapped_column(Text, default="")
    """The words of name, slogan and description, folded; on PostgreSQL its migration indexes them as a tsvector."""
    national_code: Mapped[str | None] = mapped_column(String(11))
    """A person's national code, or a company's national id. Never shown to the public."""
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("category_category.id", ondelete="SET NULL"))
    logo_id: Mapped[UUID | None]
    background_id: Mapped[UUID | None]
    badge_id: Mapped[UUID | None]
    """A picture that only the site's staff sets."""
    theme: Mapped[dict[str, Any]] = mapped_column(default=dict)
