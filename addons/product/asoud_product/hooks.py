"""What this addon does in the hooks of others, and on their events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from asoud_category.services import CategoryInUse
from sqlalchemy import select

from addon_sdk import DeliveredEvent, NotFound, hook, on, publish, session, transaction
from asoud_product.events import ProductsChanged
from asoud_product.jobs import reindex_category
from asoud_product.models import Product
from asoud_product.services import life, privacy

_UNTIL_ALL_KNOW = 3
"""Seconds after which no process saves products by the attributes that were, which caches have for a second."""


@hook("category.in_use")
def in_use(category_id: UUID) -> None:
    """A category with products in it stays."""
    if session().scalar(select(Product.id).where(Product.category_id == category_id).limit(1)) is not None:
        raise CategoryInUse


@hook("market.staff_permissions")
def staff_permissions() -> Sequence[str]:
    """An owner may let his staff see and edit products."""
    return ("product.view", "product.edit")


@hook("users.personal_data")
def personal_data(user_id: UUID) -> tuple[str, Any]:
    """A user's export has what he did with products."""
    return "products", privacy.export(user_id)


@hook("users.erase")
def erase(user_id: UUID) -> None:
    """Histories of products no longer name an erased user."""
    privacy.erase(user_id)


@on("market.published", version=1, name="follow_published_market")
@on("market.unpublished", version=1, name="follow_unpublished_market")
@on("market.market_changed", version=1, name="follow_changed_market")
def follow_market(event: DeliveredEvent) -> None:
    """Show or hide a market's products with it, and keep its place with them."""
    market_id = UUID(event.payload["market_id"])
    with transaction():
        try:
            changed = life.follow_market(market_id)
        except NotFound:  # gone meanwhile, and its products with it
            return
        if changed:
            publish(ProductsChanged(market_id=market_id))


@on("category.category_changed", version=1)
def follow_attributes(event: DeliveredEvent) -> None:
    """Find products by the attributes that their category has now."""
    if "attributes" in event.payload["changed"]:
        _reindex(event)


@on("category.category_moved", version=1)
def follow_category(event: DeliveredEvent) -> None:
    """The same when a category inherits from another parent."""
    if event.payload["parent_id"] != event.payload["previous_parent_id"]:
        _reindex(event)


def _reindex(event: DeliveredEvent) -> None:
    reindex_category.enqueue(category_id=event.payload["category_id"], delay=_UNTIL_ALL_KNOW)
