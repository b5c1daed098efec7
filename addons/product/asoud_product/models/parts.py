"""What a product has besides: variants, values of attributes; and the shelves it stands on."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class Shelf(Model):
    """A row of a market's shop front."""

    __tablename__ = "product_shelf"
    __table_args__ = (Index("ix_product_shelf_order", "market_id", "position", "id"),)

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)


class Variant(Model):
    """What is put into a cart: a product in one choice of its options. Each product has at least one."""

    __tablename__ = "product_variant"
    __table_args__ = (
        UniqueConstraint("market_id", "sku"),
        Index("ix_product_variant_order", "product_id", "position", "id"),
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("product_product.id", ondelete="CASCADE"))
    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    sku: Mapped[str] = mapped_column(String(64))
    """The market's own number for it."""
    choice: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By name of each option, the value. Empty for the only variant."""
    main_price: Mapped[int | None] = mapped_column(BigInteger)
    """Its own price, in the product's currency; None: the product's."""
    colleague_price: Mapped[int | None] = mapped_column(BigInteger)
    sale_price: Mapped[int | None] = mapped_column(BigInteger)
    """What it costs during the product's sale, when it has a price of its own."""
    barcode: Mapped[str | None] = mapped_column(String(32))
    weight_grams: Mapped[int | None]
    picture_id: Mapped[UUID | None]
    """One of the product's pictures."""
    is_available: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class Picture(Model):
    """Which product shows an upload; how it shows it stands in the product's own row, so that lists need no other."""

    __tablename__ = "product_picture"

    product_id: Mapped[UUID] = mapped_column(ForeignKey("product_product.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[UUID] = mapped_column(unique=True)


_NUMBERS = dict.fromkeys(("postgresql_where", "sqlite_where"), text("number IS NOT NULL"))


class Value(Model):
    """A value of a filterable attribute, once for each choice: what lists filter and facets count by."""

    __tablename__ = "product_value"
    __table_args__ = (
        UniqueConstraint("product_id", "key", "text"),
        Index("ix_product_value_text", "key", "text", "listed_at", "product_id"),
        Index("ix_product_value_number", "key", "number", "product_id", **_NUMBERS),
        # Both columns in one key: it keeps the moment the product's own, and PostgreSQL, which joins by both, would
        # otherwise take them for independent of each other and expect no rows at all.
        ForeignKeyConstraint(
            ["product_id", "listed_at"],
            ["product_product.id", "product_product.listed_at"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
    )

    product_id: Mapped[UUID]
    listed_at: Mapped[datetime]
    """The product's, so that the index has what has a value in the order of lists."""
    key: Mapped[str] = mapped_column(String(50))
    """The attribute's."""
    text: Mapped[str] = mapped_column(String(200))
    """The value as text: a choice, folded text, ``true``; a number in its canonical form."""
    number: Mapped[int | None] = mapped_column(BigInteger)
    """A number in millionths, for ranges; None for what is no number."""


class Word(Model):
    """A word that some public product's name or keywords have, for mending what is misspelt."""

    __tablename__ = "product_word"

    word: Mapped[str] = mapped_column(String(100), unique=True)
