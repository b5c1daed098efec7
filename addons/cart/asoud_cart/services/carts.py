"""Opening, filling, changing, merging and emptying carts. Each change locks its cart, so that two come one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from asoud_product.models import Product, Variant
from sqlalchemy import Row, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from addon_sdk import (
    NotFound,
    ValidationFailed,
    current_principal,
    new_id,
    now,
    session,
    setting,
    transaction,
)
from asoud_cart import hookspecs
from asoud_cart.models import Cart, CartLine
from asoud_cart.problems import NotEnough, NotForSale, OtherCurrency, TooMany, TooManyLines
from asoud_cart.services.access import cart_of_token, get_cart, lock_cart, token_of
from asoud_cart.services.goods import goods, price_now, refusal_of
from asoud_cart.services.quoting import Priced, availability_of, priced

_BATCH = 500


class Opened(NamedTuple):
    """A cart, and for a guest what opens it."""

    id: UUID
    token: str | None


@transaction
def open_cart() -> Opened:
    """The caller's cart; a new one with its token for a guest."""
    user_id = current_principal().user_id
    if user_id is None:
        cart = Cart(touched_at=now())
        session().add(cart)
        session().flush()
        return Opened(cart.id, token_of(cart.id))
    return Opened(_cart_of(user_id), None)


def show(cart_id: UUID) -> Priced:
    """What is in a cart, and what it costs now. Raises NotFound."""
    return priced(get_cart(cart_id))


@transaction
def add_line(cart_id: UUID, variant_id: UUID, quantity: int) -> Priced:
    """Put so many more of a variant into a cart.

    Raises NotFound, ValidationFailed for a variant that there isn't, `NotForSale`, `TooMany`, `TooManyLines`,
    `NotEnough`, `OtherCurrency`.
    """
    cart = lock_cart(cart_id)
    line = session().scalar(select(CartLine).where(CartLine.cart_id == cart.id, CartLine.variant_id == variant_id))
    row = _goods_of(cart, variant_id)
    _check(row, quantity + (line.quantity if line else 0))
    if line is None:
        _check_room(cart, row.Product.currency)
        line = CartLine(cart_id=cart.id, variant_id=variant_id, quantity=0)
        session().add(line)
    line.quantity += quantity
    line.seen_price = price_now(row.Product, row.Variant, row.for_colleague, now())
    session().flush()
    return priced(cart)


@transaction
def change_line(cart_id: UUID, line_id: UUID, quantity: int) -> Priced:
    """Say how many. Fewer is always possible. Raises NotFound, `NotForSale`, `TooMany`, `NotEnough`."""
    cart = lock_cart(cart_id)
    line = _line(cart, line_id)
    if quantity > line.quantity:
        _check(_goods_of(cart, line.variant_id), quantity)
    line.quantity = quantity
    session().flush()
    return priced(cart)


@transaction
def remove_line(cart_id: UUID, line_id: UUID) -> None:
    """Take something out. Raises NotFound."""
    session().delete(_line(lock_cart(cart_id), line_id))


@transaction
def clear(cart_id: UUID) -> None:
    """Take everything out. Raises NotFound."""
    empty(lock_cart(cart_id))


def empty(cart: Cart) -> None:
    """Take everything out of a locked cart, because it is ordered or not wanted any more."""
    session().execute(delete(CartLine).where(CartLine.cart_id == cart.id))
    hookspecs.emptied(cart_id=cart.id)


@transaction
def take_note(cart_id: UUID) -> Priced:
    """The owner has seen what has changed: prices count as seen, and what can't be had is taken out or made fewer.

    Raises NotFound.
    """
    cart = lock_cart(cart_id)
    found = priced(cart)
    blocked = {each.line_id for each in found.quote.obstacles if each.code in ("cart.not_for_sale", "cart.not_enough")}
    lines = {line.id: line for line in session().scalars(select(CartLine).where(CartLine.cart_id == cart.id))}
    for line in found.quote.lines:
        kept = lines[line.id]
        kept.seen_price = price_now(line.product, line.variant, line.for_colleague, found.quote.at)
        if line.id in blocked:
            left = line.available or 0
            if 0 < left < kept.quantity:
                kept.quantity = left
            else:
                session().delete(kept)
    session().flush()
    return priced(cart)


@transaction
def merge(cart_id: UUID, token: str) -> Priced:
    """Move what is in a guest's cart into the caller's; the guest's is gone then.

    Of what is in both there is the sum, as far as carts may hold it. Raises NotFound, ValidationFailed for a token that
    opens no cart.
    """
    guest_id = cart_of_token(token)
    ids = sorted(each for each in (cart_id, guest_id) if each is not None)
    # Both at once, in one order: two merges must not wait for each other.
    list(session().scalars(select(Cart.id).where(Cart.id.in_(ids)).order_by(Cart.id).with_for_update()))
    cart = lock_cart(cart_id)
    guest = session().get(Cart, guest_id) if guest_id is not None else None
    if guest is None or guest.owner_id is not None or cart.owner_id is None:
        raise ValidationFailed.of("/token", "unknown", "This opens no guest's cart; it may be merged already.")
    mine = {line.variant_id: line for line in session().scalars(select(CartLine).where(CartLine.cart_id == cart.id))}
    free = setting("max_lines") - len(mine)
    for line in session().scalars(select(CartLine).where(CartLine.cart_id == guest.id).order_by(CartLine.id)).all():
        if (same := mine.get(line.variant_id)) is not None:
            same.quantity = min(same.quantity + line.quantity, max(setting("max_quantity"), same.quantity))
        elif free > 0:
            line.cart_id, free = cart.id, free - 1
    session().flush()
    hookspecs.merged(from_cart_id=guest.id, into_cart_id=cart.id)
    session().expire_all()
    session().execute(delete(Cart).where(Cart.id == guest.id))
    return priced(lock_cart(cart_id))


def delete_old() -> int:
    """Delete guests' carts that nobody has changed for long; how many. One transaction for each batch."""
    deleted = 0
    while done := _delete_batch():
        deleted += done
    return deleted


@transaction
def _delete_batch() -> int:
    before = now() - timedelta(days=setting("guest_days"))
    query = select(Cart.id).where(Cart.owner_id.is_(None), Cart.touched_at < before).order_by(Cart.touched_at)
    ids = list(session().scalars(query.limit(_BATCH).with_for_update(skip_locked=True)))
    session().execute(delete(Cart).where(Cart.id.in_(ids)))
    return len(ids)


def _cart_of(user_id: UUID) -> UUID:
    """A user's cart, made when there is none; of two at once both get the same."""
    query = select(Cart.id).where(Cart.owner_id == user_id)
    found = session().scalar(query)
    if found is None:
        dialect = postgresql if session().get_bind().dialect.name == "postgresql" else sqlite
        at = now()
        row = {"id": new_id(), "owner_id": user_id, "touched_at": at, "created_at": at, "updated_at": at}
        session().execute(dialect.insert(Cart).values(row).on_conflict_do_nothing(index_elements=["owner_id"]))
        found = session().scalars(query).one()
    return found


def _goods_of(cart: Cart, variant_id: UUID) -> Row[Any]:
    row = session().execute(goods(cart.owner_id).where(Variant.id == variant_id)).one_or_none()
    if row is None:
        raise ValidationFailed.unknown("variant_id")
    return row


def _check(row: Row[Any], quantity: int) -> None:
    if (refusal := refusal_of(row.Product, row.Variant, row.Market)) is not None:
        raise NotForSale(str(refusal))
    most = setting("max_quantity")
    if quantity > most:
        raise TooMany(most=most)
    available = availability_of([row.Variant.id]).get(row.Variant.id)
    if available is not None and quantity > available:
        raise NotEnough(available=max(available, 0))


def _check_room(cart: Cart, currency: str) -> None:
    query = select(func.count(), func.max(Product.currency)).select_from(CartLine)
    query = query.join(Variant, Variant.id == CartLine.variant_id).join(Product, Product.id == Variant.product_id)
    count, used = session().execute(query.where(CartLine.cart_id == cart.id)).one()
    most = setting("max_lines")
    if count >= most:
        raise TooManyLines(most=most)
    if used not in (None, currency):
        raise OtherCurrency(currency=used)


def _line(cart: Cart, line_id: UUID) -> CartLine:
    line = session().get(CartLine, line_id)
    if line is None or line.cart_id != cart.id:
        raise NotFound
    return line
