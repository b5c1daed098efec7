"""Tables of carts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class Cart(Model):
    """What somebody is going to buy. A user has one for ever, which his orders empty; a guest's ends with his login."""

    __tablename__ = "cart_cart"
    __table_args__ = (Index("ix_cart_cart_touched", "touched_at", "id"),)

    owner_id: Mapped[UUID | None] = mapped_column(unique=True)
    """Its user; none for a guest's."""
    touched_at: Mapped[datetime]
    """When its owner has changed it last."""


class CartLine(Model):
    """So many of a variant."""

    __tablename__ = "cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "variant_id"),
        Index("ix_cart_line_variant", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    cart_id: Mapped[UUID] = mapped_column(ForeignKey("cart_cart.id", ondelete="CASCADE"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("product_variant.id", ondelete="CASCADE"))
    quantity: Mapped[int]
    seen_price: Mapped[int] = mapped_column(BigInteger)
    """What one of it cost when its owner put it in, or took note of its price, before what carts take off."""
