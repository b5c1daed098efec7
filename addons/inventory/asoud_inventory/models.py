"""Tables of stock, and what this addon adds to products and variants.

Items and stocks say what is there now, movements how it came to that. Movements are only ever added: triggers refuse to
change or delete them, so their ids are plain values that outlive what they tell of.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from asoud_product.models import Product, Variant
from sqlalchemy import BigInteger, Boolean, CheckConstraint, Enum, ForeignKey, Index, Integer, String, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Field, Model, extend, fields

_IN_STOCK = "Whether one of its variants that can be had is in stock, or may be sold beyond it."
_OF_VARIANT = "Whether it is in stock, or may be sold beyond it. What nobody counts always is."
_LEFT = "How many are left, once they are few; null before, and where nobody counts."

extend(
    Product,
    in_stock=Field(
        mapped_column(Boolean, server_default=text("true"), nullable=False),
        fields.Boolean(metadata={"description": _IN_STOCK}),
        filterable=True,
    ),
)
extend(
    Variant,
    in_stock=Field(
        mapped_column(Boolean, server_default=text("true"), nullable=False),
        fields.Boolean(metadata={"description": _OF_VARIANT}),
    ),
    left=Field(mapped_column(Integer), fields.Integer(metadata={"description": _LEFT})),
)


def _choice(kind: type[enum.Enum]) -> Enum:
    return Enum(kind, native_enum=False, length=20, values_callable=lambda members: [each.value for each in members])


class Location(Model):
    """Where a market keeps goods."""

    __tablename__ = "inventory_location"
    __table_args__ = (Unique("market_id", "name"), Index("ix_inventory_location_order", "market_id", "position", "id"))

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    """What is sold is taken from the first location that has it."""


class Item(Model):
    """A variant whose stock is counted: what all locations have of it together. Its row is the lock for all of them."""

    __tablename__ = "inventory_item"
    __table_args__ = (
        CheckConstraint("reserved >= 0", name="reserved"),
        CheckConstraint("backorder_limit >= 0", name="limit"),
        CheckConstraint("on_hand - reserved + backorder_limit >= 0", name="available"),
        Index("ix_inventory_item_market", "market_id", "id"),
        Index("ix_inventory_item_low", "market_id", "is_low", "id"),
        Index("ix_inventory_item_product", "product_id"),
    )

    variant_id: Mapped[UUID] = mapped_column(ForeignKey("product_variant.id", ondelete="CASCADE"), unique=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product_product.id", ondelete="CASCADE"))
    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    on_hand: Mapped[int] = mapped_column(BigInteger, default=0)
    """What is there; below zero when more was sold than there was."""
    reserved: Mapped[int] = mapped_column(BigInteger, default=0)
    """What of it is promised to somebody."""
    backorder_limit: Mapped[int] = mapped_column(default=0)
    """How many may be sold beyond what is there; 0: none."""
    low_at: Mapped[int]
    is_low: Mapped[bool] = mapped_column(default=False)

    @property
    def available(self) -> int:
        """What is there and promised to nobody; below zero when more was sold than there was."""
        return self.on_hand - self.reserved

    @property
    def salable(self) -> int:
        """How many may be sold at present."""
        return self.available + self.backorder_limit


class Stock(Model):
    """What one location has of an item."""

    __tablename__ = "inventory_stock"
    __table_args__ = (
        Unique("variant_id", "location_id"),
        CheckConstraint("reserved >= 0", name="reserved"),
        Index("ix_inventory_stock_location", "location_id"),
    )

    variant_id: Mapped[UUID] = mapped_column(ForeignKey("inventory_item.variant_id", ondelete="CASCADE"))
    location_id: Mapped[UUID] = mapped_column(ForeignKey("inventory_location.id", ondelete="CASCADE"))
    on_hand: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved: Mapped[int] = mapped_column(BigInteger, default=0)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    """How many movements it has."""

    @property
    def available(self) -> int:
        """What is there and promised to nobody."""
        return self.on_hand - self.reserved


class Kind(enum.Enum):
    """What a movement was."""

    ADJUSTED = "adjusted"
    RESERVED = "reserved"
    RELEASED = "released"
    EXPIRED = "expired"
    SOLD = "sold"
    RETURNED = "returned"
    TRANSFERRED = "transferred"


class Reason(enum.Enum):
    """Why stock was adjusted."""

    RECEIVED = "received"
    CORRECTION = "correction"
    DAMAGE = "damage"
    THEFT = "theft"
    LOSS = "loss"
    RETURN = "return"
    OTHER = "other"


class Movement(Model):
    """One change of what a location has of a variant, with what it had then."""

    __tablename__ = "inventory_movement"
    __table_args__ = (
        Unique("variant_id", "location_id", "sequence"),
        Index("ix_inventory_movement_market", "market_id", "id"),
        Index("ix_inventory_movement_variant", "variant_id", "id"),
        Index("ix_inventory_movement_reference", "market_id", "reference", "id"),
        CheckConstraint("on_hand_change <> 0 OR reserved_change <> 0", name="moves"),
    )

    market_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    location_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(BigInteger)
    """Its number among the movements of this variant at this location, from 1, without gaps."""
    kind: Mapped[Kind] = mapped_column(_choice(Kind))
    on_hand_change: Mapped[int] = mapped_column(BigInteger)
    reserved_change: Mapped[int] = mapped_column(BigInteger)
    on_hand: Mapped[int] = mapped_column(BigInteger)
    """What the location has after it."""
    reserved: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str] = mapped_column(String(100))
    """What it is about: the caller's reference of a reservation or return, else the id of an adjustment or transfer."""
    reason: Mapped[Reason | None] = mapped_column(_choice(Reason))
    by_id: Mapped[UUID | None]


class State(enum.Enum):
    """How far a reservation has come."""

    HELD = "held"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    EXPIRED = "expired"


class Reservation(Model):
    """Goods that are promised to somebody for a while, under the reference of who asked."""

    __tablename__ = "inventory_reservation"
    __table_args__ = (
        Index(
            "ix_inventory_reservation_held",
            "expires_at",
            "id",
            postgresql_where=text("state = 'held'"),
            sqlite_where=text("state = 'held'"),
        ),
    )

    reference: Mapped[str] = mapped_column(String(100), unique=True)
    state: Mapped[State] = mapped_column(_choice(State), default=State.HELD)
    expires_at: Mapped[datetime]
    asked: Mapped[dict[str, Any]]
    """By variant, how many."""


class ReservedLine(Model):
    """What a reservation takes from one location; of goods that nobody counts from none."""

    __tablename__ = "inventory_reserved_line"
    __table_args__ = (
        Index("ix_inventory_reserved_line_reservation", "reservation_id", "variant_id"),
        Index("ix_inventory_reserved_line_variant", "variant_id"),
        Index("ix_inventory_reserved_line_location", "location_id"),
    )

    reservation_id: Mapped[UUID] = mapped_column(ForeignKey("inventory_reservation.id", ondelete="CASCADE"))
    variant_id: Mapped[UUID]
    location_id: Mapped[UUID | None]
    quantity: Mapped[int] = mapped_column(BigInteger)
    returned: Mapped[int] = mapped_column(BigInteger, default=0)


class Return(Model):
    """Goods of a confirmed reservation that have come back."""

    __tablename__ = "inventory_return"

    reference: Mapped[str] = mapped_column(String(100), unique=True)
    reservation_id: Mapped[UUID] = mapped_column(ForeignKey("inventory_reservation.id", ondelete="CASCADE"), index=True)
    returned: Mapped[dict[str, Any]]
    """By variant, how many."""


class Decision(enum.Enum):
    """What became of an adjustment."""

    PENDING = "pending"
    APPLIED = "applied"
    REJECTED = "rejected"


class Adjustment(Model):
    """A change of stock that a person says has happened, with the reason."""

    __tablename__ = "inventory_adjustment"
    __table_args__ = (
        CheckConstraint("change <> 0", name="change"),
        Index("ix_inventory_adjustment_market", "market_id", "id"),
        Index("ix_inventory_adjustment_state", "market_id", "state", "id"),
        Index("ix_inventory_adjustment_variant", "variant_id"),
        Index("ix_inventory_adjustment_location", "location_id"),
    )

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("product_variant.id", ondelete="CASCADE"))
    location_id: Mapped[UUID] = mapped_column(ForeignKey("inventory_location.id", ondelete="CASCADE"))
    change: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[Reason] = mapped_column(_choice(Reason))
    note: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[Decision] = mapped_column(_choice(Decision))
    by_id: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
