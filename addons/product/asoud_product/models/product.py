"""The product: what it is, what it costs, and how far its publication has come."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Enum, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model, Money, now

_Exact = String(240).with_variant(String(240, collation="C"), "postgresql")
"""Text compared code by code on both databases."""


class ProductKind(enum.Enum):
    """Whether something is handed over or done."""

    GOOD = "good"
    SERVICE = "service"


class Status(enum.Enum):
    """Where a product stands in its life; `asoud_product.moves` says which moves there are."""

    DRAFT = "draft"
    QUEUE = "queue"
    NOT_PUBLISHED = "not_published"
    PUBLISHED = "published"
    NEEDS_EDITING = "needs_editing"
    INACTIVE = "inactive"


class Label(enum.Enum):
    """What a corner of the product's picture says."""

    NONE = "none"
    NEW = "new"
    SPECIAL_OFFER = "special_offer"
    COMING_SOON = "coming_soon"


class Corner(enum.Enum):
    """In which corner of the picture the label stands."""

    TOP_START = "top_start"
    TOP_END = "top_end"
    BOTTOM_START = "bottom_start"
    BOTTOM_END = "bottom_end"


class SellType(enum.Enum):
    """Where a product is sold."""

    ONLINE = "online"
    PERSON = "person"
    BOTH = "both"


class ShipPayer(enum.Enum):
    """Who pays for the shipping."""

    MARKET = "market"
    CUSTOMER = "customer"
    FREE = "free"


def choice(kind: type[enum.Enum]) -> Enum:
    """The column type of one of several words."""
    return Enum(kind, native_enum=False, length=20, values_callable=lambda members: [each.value for each in members])


class Priced:
    """What a product costs: whole amounts of the smallest unit of one currency."""

    currency: Mapped[str] = mapped_column(String(3))
    main_price: Mapped[int] = mapped_column(BigInteger)
    """What everybody pays."""
    colleague_price: Mapped[int | None] = mapped_column(BigInteger)
    """What the market's colleagues see and pay."""
    marketer_price: Mapped[int | None] = mapped_column(BigInteger)
    """What a marketer pays who sells it on."""
    maximum_price: Mapped[int | None] = mapped_column(BigInteger)
    """What a marketer may ask at most."""
    sale_price: Mapped[int | None] = mapped_column(BigInteger)
    """What everybody pays instead while the sale lasts; the main price stays what it is."""
    sale_starts_at: Mapped[datetime | None]
    sale_ends_at: Mapped[datetime | None]
    lowest_price: Mapped[int] = mapped_column(BigInteger)
    """The lowest main price of the variants that can be had; of all, while none can."""
    lowest_sale_price: Mapped[int | None] = mapped_column(BigInteger)
    """The same while the sale lasts; None without a sale."""
    lowest_colleague_price: Mapped[int | None] = mapped_column(BigInteger)
    current_price: Mapped[int] = mapped_column(BigInteger)
    """The one of these that everybody pays at present: what lists sort and filter by."""
    sale_turns_at: Mapped[datetime | None]
    """When `current_price` changes next because a sale begins or ends."""

    def money(self, amount: int | None) -> Money | None:
        """An amount in the product's currency."""
        return None if amount is None else Money(amount, self.currency)


class Placed:
    """Where its market is: copies, so that an index has the products of a place in their order."""

    province_id: Mapped[UUID | None] = mapped_column(ForeignKey("region_province.id", ondelete="SET NULL"))
    city_id: Mapped[UUID | None] = mapped_column(ForeignKey("region_city.id", ondelete="SET NULL"))


class Offered:
    """How it is sold and shown."""

    label: Mapped[Label] = mapped_column(choice(Label), default=Label.NONE)
    label_corner: Mapped[Corner] = mapped_column(choice(Corner), default=Corner.TOP_START)
    sell_type: Mapped[SellType] = mapped_column(choice(SellType), default=SellType.BOTH)
    ship_payer: Mapped[ShipPayer] = mapped_column(choice(ShipPayer), default=ShipPayer.CUSTOMER)
    shipping_options: Mapped[list[Any]] = mapped_column(default=list)
    """In order: ``{"id", "name", "price"}``, the price in the product's currency."""
    is_available: Mapped[bool] = mapped_column(default=True)
    """Whether it can be had, as its market says; stock is another addon's."""
    is_purchasable: Mapped[bool] = mapped_column(default=True)
    """Whether it and at least one of its variants can be had: what lists say and filter by."""
    is_marketer: Mapped[bool] = mapped_column(default=False)
    """Whether marketers may sell it on."""
    is_advertised: Mapped[bool] = mapped_column(default=False)
    """Whether its market wants it published as an advertisement too."""
    needs_appointment: Mapped[bool] = mapped_column(default=False)
    """Of a service: whether a time is agreed first."""
    appointment_minutes: Mapped[int | None]


def _listed(name: str, *columns: str) -> Index:
    """An index of the public products alone: lists of others are short, and drafts come by the ten thousand."""
    where = {"postgresql_where": text("is_public"), "sqlite_where": text("is_public = 1")}
    return Index(f"ix_product_product_{name}", *columns, "id", **where)


def _rarely(column: str) -> Index:
    """An index of a column that most products have nothing in."""
    where = text(f"{column} IS NOT NULL")
    name = column.removesuffix("_id").removesuffix("_at").removeprefix("sale_")
    return Index(f"ix_product_product_{name}", column, postgresql_where=where, sqlite_where=where)


class Product(Priced, Placed, Offered, Model):
    """A good or a service of a market."""

    __tablename__ = "product_product"
    __table_args__ = (
        _listed("newest", "listed_at"),
        _listed("price", "current_price"),
        _listed("name", "name_key"),
        _listed("category_price", "category_id", "current_price"),
        _listed("market", "market_id", "listed_at"),
        _listed("shelf_newest", "shelf_id", "listed_at"),
        _listed("city", "city_id", "listed_at"),
        _listed("province", "province_id", "listed_at"),
        _listed("kind", "kind", "listed_at"),
        _listed("label", "label", "listed_at"),
        _listed("sell_type", "sell_type", "listed_at"),
        _listed("available", "is_purchasable", "listed_at"),
        # Of all products, since what a category or shelf has is also looked for when it goes.
        # With the price, so that those in a range are told apart before their rows are read.
        Index("ix_product_product_category", "category_id", "is_public", "listed_at", "id", "current_price"),
        Index("ix_product_product_shelf", "shelf_id", "is_public", "shelf_position", "id"),
        Index("ix_product_product_mine", "market_id", "id"),
        Index("ix_product_product_listed", "id", "listed_at", unique=True),  # what `Value` refers to
        Index("ix_product_product_status", "status", "id"),
        *(_rarely(name) for name in ("sale_turns_at", "required_id", "gift_id")),
        {"info": {"by_hand": ("ix_product_product_search",)}},
    )

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("category_category.id", ondelete="SET NULL"))
    kind: Mapped[ProductKind] = mapped_column(choice(ProductKind))
    status: Mapped[Status] = mapped_column(choice(Status), default=Status.DRAFT)
    is_public: Mapped[bool] = mapped_column(default=False)
    """Whether everybody may see it: while it and its market are published. Kept by the life alone."""
    listed_at: Mapped[datetime] = mapped_column(default=now)
    """When it was published first, before that when it was made: the public list's order."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises with each change of what its market sees; ETags are made of it."""
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(_Exact)
    """The name folded, for the alphabetical order."""
    description: Mapped[str] = mapped_column(Text, default="")
    technical_detail: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[list[Any]] = mapped_column(default=list)
    search_key: Mapped[str] = mapped_column(Text, default="")
    """The words of name and keywords, folded; on PostgreSQL a migration indexes those of public products."""
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By key, the values that its category asks for: as `check_attributes` makes them, but decimals as text."""
    pictures: Mapped[list[Any]] = mapped_column(default=list)
    """In order, the first is the cover: ``{"id", "title", "width", "height"}``."""
    video_id: Mapped[UUID | None]
    options: Mapped[list[Any]] = mapped_column(default=list)
    """In which ways variants differ, in order: ``{"name", "values"}``. Empty: there is one variant."""
    shelf_id: Mapped[UUID | None] = mapped_column(ForeignKey("product_shelf.id", ondelete="SET NULL"))
    shelf_position: Mapped[int] = mapped_column(default=0)
    required_id: Mapped[UUID | None] = mapped_column(ForeignKey("product_product.id", ondelete="SET NULL"))
    """A product of the same market that must be bought with it."""
    gift_id: Mapped[UUID | None] = mapped_column(ForeignKey("product_product.id", ondelete="SET NULL"))
    """A product of the same market that comes with it."""
