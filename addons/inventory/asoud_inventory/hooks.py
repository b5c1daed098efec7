"""What this addon does in the hooks of others, and on their events and its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from addon_sdk import DeliveredEvent, hook, on
from asoud_inventory.services import guarding, privacy, showing


@hook("market.staff_permissions")
def staff_permissions() -> Sequence[str]:
    """An owner may let his staff see, edit and approve stock."""
    return ("inventory.view", "inventory.edit", "inventory.approve")


@hook("product.before_delete")
def before_delete(product_id: UUID) -> None:
    """What somebody is about to pay for stays."""
    guarding.refuse_reserved_of(product_id)


@hook("product.before_delete_variant")
def before_delete_variant(variant_id: UUID) -> None:
    """The same for a single variant."""
    guarding.refuse_reserved([variant_id])


@hook("users.personal_data")
def personal_data(user_id: UUID) -> tuple[str, Any]:
    """A user's export has what he did with stock."""
    return "inventory", privacy.export(user_id)


@hook("users.erase")
def erase(user_id: UUID) -> None:
    """Histories of stock no longer name an erased user."""
    privacy.erase(user_id)


@on("inventory.stock_changed", version=1, name="show_changed_stock")
@on("product.product_changed", version=1, name="show_changed_product")
def show_product(event: DeliveredEvent) -> None:
    """Show with a product whether it is in stock."""
    showing.show([UUID(event.payload["product_id"])])


@on("product.products_changed", version=1)
def show_market(event: DeliveredEvent) -> None:
    """The same after an import, which may have changed what can be had of many."""
    showing.show_market(UUID(event.payload["market_id"]))
