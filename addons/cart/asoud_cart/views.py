"""Carts of users and guests. All are open to guests: whose a cart is, its owner or its token says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, NotFound, authenticated, idempotent, public, raises, throttled
from asoud_cart import limits
from asoud_cart.problems import NotEnough, NotForSale, OtherCurrency, TooMany, TooManyLines
from asoud_cart.schemas import CartSchema, LineSchema, OpenedSchema, QuantitySchema, TokenSchema
from asoud_cart.services import carts
from asoud_cart.services.telling import told

blp = Blueprint("cart", description="What somebody is going to buy, and what it costs.")


@blp.post("/carts")
@public
@idempotent
@throttled(limits.OPENED.key)
@blp.response(201, OpenedSchema)
def open_cart() -> carts.Opened:
    """Open the caller's cart: a user's one and only, or for a guest a new one with its token."""
    return carts.open_cart()


@blp.get("/carts/<uuid:cart_id>")
@public
@raises(NotFound)
@blp.response(200, CartSchema)
def get_cart(cart_id: UUID) -> dict[str, Any]:
    """Show what is in a cart and what it costs now; guests send their `X-Cart-Token`."""
    return told(carts.show(cart_id))


@blp.post("/carts/<uuid:cart_id>/lines")
@public
@idempotent
@raises(NotFound, NotForSale, NotEnough, TooMany, TooManyLines, OtherCurrency)
@blp.arguments(LineSchema)
@blp.response(201, CartSchema)
def add_line(data: dict[str, Any], cart_id: UUID) -> dict[str, Any]:
    """Put something into a cart; more of what is in it already."""
    return told(carts.add_line(cart_id, data["variant_id"], data["quantity"]))


@blp.patch("/carts/<uuid:cart_id>/lines/<uuid:line_id>")
@public
@raises(NotFound, NotForSale, NotEnough, TooMany)
@blp.arguments(QuantitySchema)
@blp.response(200, CartSchema)
def change_line(data: dict[str, Any], cart_id: UUID, line_id: UUID) -> dict[str, Any]:
    """Say how many of it."""
    return told(carts.change_line(cart_id, line_id, data["quantity"]))


@blp.delete("/carts/<uuid:cart_id>/lines/<uuid:line_id>")
@public
@raises(NotFound)
@blp.response(204)
def remove_line(cart_id: UUID, line_id: UUID) -> None:
    """Take something out of a cart."""
    carts.remove_line(cart_id, line_id)


@blp.delete("/carts/<uuid:cart_id>/lines")
@public
@raises(NotFound)
@blp.response(204)
def clear_cart(cart_id: UUID) -> None:
    """Take everything out of a cart."""
    carts.clear(cart_id)


@blp.post("/carts/<uuid:cart_id>/notes")
@public
@idempotent
@raises(NotFound)
@blp.response(200, CartSchema)
def take_note(cart_id: UUID) -> dict[str, Any]:
    """Take note of what has changed: new prices count as seen, and what can't be had is taken out or made fewer."""
    return told(carts.take_note(cart_id))


@blp.post("/carts/<uuid:cart_id>/merges")
@authenticated
@idempotent
@raises(NotFound)
@blp.arguments(TokenSchema)
@blp.response(200, CartSchema)
def merge_cart(data: dict[str, Any], cart_id: UUID) -> dict[str, Any]:
    """Move a guest's cart into the caller's own, after his login; the guest's is gone then."""
    return told(carts.merge(cart_id, data["token"]))
