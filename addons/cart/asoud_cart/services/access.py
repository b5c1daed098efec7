"""Whose a cart is: a user's, or a guest's who has its token."""

from __future__ import annotations

import hmac
from uuid import UUID

from flask import has_request_context, request
from sqlalchemy import select

from addon_sdk import NotFound, UndecryptableError, current_principal, decrypt, encrypt, now, session
from asoud_cart.models import Cart

TOKEN_HEADER = "X-Cart-Token"
_PURPOSE = "cart.token"


def token_of(cart_id: UUID) -> str:
    """What a guest shows to use his cart."""
    return encrypt(str(cart_id), purpose=_PURPOSE)


def cart_of_token(token: str) -> UUID | None:
    """The id of the cart that a token opens; None for a token that isn't ours."""
    try:
        return UUID(decrypt(token, purpose=_PURPOSE))
    except UndecryptableError:
        return None


def get_cart(cart_id: UUID) -> Cart:
    """The cart, if it is the caller's. Raises NotFound."""
    return _of_caller(cart_id, lock=False)


def lock_cart(cart_id: UUID) -> Cart:
    """The same, to be changed: nobody else changes it until the transaction ends. Raises NotFound."""
    cart = _of_caller(cart_id, lock=True)
    cart.touched_at = now()
    return cart


def _of_caller(cart_id: UUID, *, lock: bool) -> Cart:
    query = select(Cart).where(Cart.id == cart_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    cart = session().scalar(query)
    if cart is None or not _may_use(cart):
        raise NotFound
    return cart


def _may_use(cart: Cart) -> bool:
    if cart.owner_id is not None:
        return cart.owner_id == current_principal().user_id
    shown = request.headers.get(TOKEN_HEADER, "") if has_request_context() else ""
    opened = cart_of_token(shown) if shown else None
    return opened is not None and hmac.compare_digest(opened.bytes, cart.id.bytes)
