"""Shelves: the rows of a market's shop front, and the order of products on them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from asoud_iran.services import fold_for_uniqueness
from asoud_market.services import demand_market
from sqlalchemy import ColumnElement, select

from addon_sdk import NotFound, ValidationFailed, publish, session, setting, transaction
from asoud_product.events import ProductsChanged
from asoud_product.models import Product, Shelf
from asoud_product.problems import TooManyShelves, demand_all, field_error
from asoud_product.services.access import lock_products
from asoud_product.services.editing import record


def shelves_of(market_id: UUID) -> list[Shelf]:
    """A market's shelves in their order."""
    order = (Shelf.position, Shelf.id)
    return list(session().scalars(select(Shelf).where(Shelf.market_id == market_id).order_by(*order)))


def contents_of(market_id: UUID, shelf_id: UUID) -> list[UUID]:
    """The products on a market's shelf, in their order. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "product.view")
    _of_market(market_id, shelf_id)
    on_it = select(Product.id).where(Product.shelf_id == shelf_id).order_by(Product.shelf_position, Product.id)
    return list(session().scalars(on_it))


def version_of(market_id: UUID, **shelf: UUID) -> str:
    """What the ETag of a market's shelves is made of, without what stands on them. Raises NotFound for strangers."""
    demand_market(market_id, "product.view")
    return "\n".join(f"{each.id} {each.name}" for each in shelves_of(market_id))


def locked_version_of(market_id: UUID, **shelf: UUID) -> str:
    """The same, with the shelves locked for the update that follows. Raises NotFound for strangers."""
    _locked(market_id)
    return version_of(market_id)


def contents_version_of(market_id: UUID, shelf_id: UUID) -> str:
    """What the ETag of a shelf's products is made of. Raises NotFound for strangers."""
    return " ".join(map(str, contents_of(market_id, shelf_id)))


def locked_contents_version_of(market_id: UUID, shelf_id: UUID) -> str:
    """The same, with the shelves locked for the update that follows. Raises NotFound for strangers."""
    _locked(market_id)
    return contents_version_of(market_id, shelf_id)


@transaction
def add_shelf(market_id: UUID, name: str) -> Shelf:
    """Put up a shelf below the others. Raises NotFound, PermissionDenied, ValidationFailed, `TooManyShelves`."""
    _locked(market_id)
    there = shelves_of(market_id)
    if len(there) >= setting("max_shelves"):
        raise TooManyShelves
    _demand_unlike(name, there)
    shelf = Shelf(market_id=market_id, name=name, position=there[-1].position + 1 if there else 0)
    session().add(shelf)
    return _told(shelf)


@transaction
def rename_shelf(market_id: UUID, shelf_id: UUID, name: str) -> Shelf:
    """Call a shelf something else. Raises NotFound, PermissionDenied, ValidationFailed."""
    shelf = _shelf(market_id, shelf_id)
    _demand_unlike(name, [each for each in shelves_of(market_id) if each is not shelf])
    shelf.name = name
    return _told(shelf)


@transaction
def delete_shelf(market_id: UUID, shelf_id: UUID) -> None:
    """Take a shelf away; its products stay, on none. Raises NotFound, PermissionDenied."""
    shelf = _shelf(market_id, shelf_id)
    for product in _locked_where(Product.shelf_id == shelf_id):
        _put(product, None, 0)
    session().delete(shelf)
    _told(shelf)


@transaction
def order_shelves(market_id: UUID, shelf_ids: Sequence[UUID]) -> list[Shelf]:
    """Put all of a market's shelves in this order. Raises NotFound, PermissionDenied, ValidationFailed."""
    _locked(market_id)
    there = {shelf.id: shelf for shelf in shelves_of(market_id)}
    demand_all("/shelf_ids", shelf_ids, there)
    for place, shelf_id in enumerate(shelf_ids):
        there[shelf_id].position = place
    publish(ProductsChanged(market_id=market_id))
    return [there[shelf_id] for shelf_id in shelf_ids]


@transaction
def fill_shelf(market_id: UUID, shelf_id: UUID, product_ids: Sequence[UUID]) -> None:
    """Put these products of the market on a shelf, in this order, and no others.

    Raises NotFound, PermissionDenied, and ValidationFailed for a product of another market or one named twice.
    """
    _shelf(market_id, shelf_id)
    if len(set(product_ids)) != len(product_ids):
        raise ValidationFailed.of("/product_ids", "twice", "One is named twice.")
    there = {each.id: each for each in _locked_where(Product.id.in_(product_ids), Product.market_id == market_id)}
    for place, product_id in enumerate(product_ids):
        if product_id not in there:
            raise ValidationFailed.unknown(f"product_ids/{place}")
    for product in _locked_where(Product.shelf_id == shelf_id):
        if product.id not in there:
            _put(product, None, 0)
    for place, product_id in enumerate(product_ids):
        _put(there[product_id], shelf_id, place)
    publish(ProductsChanged(market_id=market_id))


def _locked_where(*conditions: ColumnElement[bool]) -> list[Product]:
    query = select(Product).where(*conditions).order_by(Product.id).with_for_update()
    return list(session().scalars(query.execution_options(populate_existing=True)))


def _put(product: Product, shelf_id: UUID | None, place: int) -> None:
    before = (product.shelf_id, product.shelf_position)
    if before != (shelf_id, place):
        product.shelf_id, product.shelf_position = shelf_id, place
        record(product, {"shelf_id": (before[0], shelf_id), "shelf_position": (before[1], place)})


def _locked(market_id: UUID) -> None:
    """Shelves of one market change one after the other."""
    demand_market(market_id, "product.edit")
    lock_products(market_id)


def _shelf(market_id: UUID, shelf_id: UUID) -> Shelf:
    _locked(market_id)
    return _of_market(market_id, shelf_id)


def _of_market(market_id: UUID, shelf_id: UUID) -> Shelf:
    shelf = session().get(Shelf, shelf_id)
    if shelf is None or shelf.market_id != market_id:
        raise NotFound
    return shelf


def _demand_unlike(name: str, others: Sequence[Shelf]) -> None:
    """Files name shelves, so no two of a market have names that people can't tell apart."""
    if fold_for_uniqueness(name) in {fold_for_uniqueness(each.name) for each in others}:
        raise ValidationFailed(errors=[field_error("/name", "taken", "Another shelf of the market has this name.")])


def _told(shelf: Shelf) -> Shelf:
    session().flush()
    publish(ProductsChanged(market_id=shelf.market_id))
    return shelf
