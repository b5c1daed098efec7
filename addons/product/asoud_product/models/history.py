"""What happened to a product: rows that are written once; later only who it was can be forgotten.

Triggers hold that, so the ids are plain values: the rows outlive what they tell of.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model
from asoud_product.models.product import Status, choice


class Actor(enum.Enum):
    """As whom somebody acted."""

    OWNER = "owner"
    """The market's owner or staff."""
    ADMIN = "admin"
    SYSTEM = "system"


class Change(Model):
    """One change of a product: of its fields, or of its place in its life."""

    __tablename__ = "product_change"
    __table_args__ = (Index("ix_product_change_product", "product_id", "id"),)

    product_id: Mapped[UUID]
    actor: Mapped[Actor] = mapped_column(choice(Actor))
    by_id: Mapped[UUID | None]
    from_status: Mapped[Status | None] = mapped_column(choice(Status))
    to_status: Mapped[Status] = mapped_column(choice(Status))
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By name of each field that changed: ``[before, after]`` as JSON."""
    reason: Mapped[str] = mapped_column(String(500), default="")


class PriceChange(Model):
    """What a product cost from a moment on."""

    __tablename__ = "product_price_change"
    __table_args__ = (Index("ix_product_price_change_product", "product_id", "id"),)

    product_id: Mapped[UUID]
    variant_id: Mapped[UUID | None]
    """Whose own price it is; None: the product's."""
    sku: Mapped[str | None] = mapped_column(String(64))
    """The variant's number at that time."""
    by_id: Mapped[UUID | None]
    currency: Mapped[str] = mapped_column(String(3))
    main_price: Mapped[int | None] = mapped_column(BigInteger)
    colleague_price: Mapped[int | None] = mapped_column(BigInteger)
    marketer_price: Mapped[int | None] = mapped_column(BigInteger)
    maximum_price: Mapped[int | None] = mapped_column(BigInteger)
    sale_price: Mapped[int | None] = mapped_column(BigInteger)
    sale_starts_at: Mapped[datetime | None]
    sale_ends_at: Mapped[datetime | None]
