"""What a user's export says of his cart, and its end with him."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from addon_sdk import session
from asoud_cart.models import Cart, CartLine


def export(user_id: UUID) -> list[dict[str, Any]]:
    """What is in his cart."""
    query = select(CartLine).join(Cart, Cart.id == CartLine.cart_id).where(Cart.owner_id == user_id)
    return [
        {"variant_id": str(line.variant_id), "quantity": line.quantity, "added_at": line.created_at.isoformat()}
        for line in session().scalars(query.order_by(CartLine.id))
    ]


def erase(user_id: UUID) -> None:
    """Delete his cart, in the caller's transaction."""
    session().execute(delete(Cart).where(Cart.owner_id == user_id))
