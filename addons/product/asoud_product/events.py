"""Facts that this addon publishes."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import event


@event("product.product_created", version=1)
class ProductCreated:
    """There is a new product."""

    product_id: UUID
    market_id: UUID


@event("product.product_changed", version=1)
class ProductChanged:
    """Something about a product is different now: its data, variants, prices or pictures."""

    product_id: UUID
    market_id: UUID


@event("product.price_changed", version=1)
class PriceChanged:
    """The lowest price of a product is another one from now on; amounts in the smallest unit of ``currency``."""

    product_id: UUID
    market_id: UUID
    before: int
    after: int
    currency: str


@event("product.status_changed", version=1)
class StatusChanged:
    """A product has moved on in its life."""

    product_id: UUID
    market_id: UUID
    from_status: str
    to_status: str
    is_public: bool


@event("product.product_deleted", version=1)
class ProductDeleted:
    """A product is gone."""

    product_id: UUID
    market_id: UUID


@event("product.products_changed", version=1)
class ProductsChanged:
    """Many products of a market are different now: after an import, or because the market itself has changed."""

    market_id: UUID


@event("product.transfer_finished", version=1)
class TransferFinished:
    """An import or export is over."""

    transfer_id: UUID
    market_id: UUID
    user_id: UUID | None
    direction: str
    state: str
