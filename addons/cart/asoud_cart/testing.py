"""For tests, here and in addons that depend on this one: filled carts, and what strangers can't reach."""

from __future__ import annotations

from uuid import UUID

from asoud_market.testing import make_market
from asoud_product.testing import make_product, variant_of
from sqlalchemy import select

from addon_sdk import Principal, acting_as, session
from addon_sdk.testing.ownership import owned
from asoud_cart.models import CartLine
from asoud_cart.services import carts

API = "/api/v1/cart"


def make_cart(owner_id: UUID, *variant_ids: UUID, quantity: int = 1) -> UUID:
    """A user's cart with so many of each variant in it, in an app context; its id."""
    with acting_as(Principal(user_id=owner_id)):
        cart_id = carts.open_cart().id
        for variant_id in variant_ids:
            carts.add_line(cart_id, variant_id, quantity)
    return cart_id


def some_variant(owner_id: UUID, **values: object) -> UUID:
    """A variant that can be bought, of a new market of this user's, in an app context; its id."""
    market_id = make_market(owner_id, published=True)
    return variant_of(make_product(market_id, owner_id, published=True, **values)).id


_CART = "/carts/<uuid:cart_id>"


@owned(_CART)
@owned(f"{_CART}/lines", bodies={"POST": {"variant_id": "01900000-0000-7000-8000-000000000000"}})
@owned(f"{_CART}/notes")
@owned(f"{_CART}/merges", bodies={"POST": {"token": "nobody's"}})
def _cart(owner_id: UUID) -> dict[str, UUID]:
    return {"cart_id": make_cart(owner_id)}


@owned(f"{_CART}/lines/<uuid:line_id>", bodies={"PATCH": {"quantity": 1}})
def _line(owner_id: UUID) -> dict[str, UUID]:
    cart_id = make_cart(owner_id, some_variant(owner_id))
    line_id = session().scalars(select(CartLine.id).where(CartLine.cart_id == cart_id)).one()
    return {"cart_id": cart_id, "line_id": line_id}
