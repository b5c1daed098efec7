"""Which product a caller means, and whether he may do there what he wants."""

from __future__ import annotations

from uuid import UUID

from asoud_market.models import Market
from asoud_market.services import demand_market, get_market
from sqlalchemy import select

from addon_sdk import NotAuthenticated, NotFound, current_principal, may, session
from asoud_product.models import Actor, Product


def get_product(product_id: UUID, *, lock: bool = False) -> Product:
    """The product, whoever asks; for code that knows that it may. Raises NotFound."""
    query = select(Product).where(Product.id == product_id)
    found = session().scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None:
        raise NotFound
    return found


def product_of(market_id: UUID, product_id: UUID, permission: str, *, lock: bool = False) -> Product:
    """A market's product, if the caller holds ``permission`` in the market or everywhere.

    Raises NotFound for another market's product and for a market that he may not see, PermissionDenied for one that
    he only sees.
    """
    demand_market(market_id, permission)
    if lock:
        lock_products(market_id)
    product = get_product(product_id, lock=lock)
    if product.market_id != market_id:
        raise NotFound
    return product


def lock_products(*market_ids: UUID) -> None:
    """Let nobody else add, edit or publish products and shelves of these markets until the transaction ends.

    One lock for all of a market's, and always taken before those of single products: numbers of variants, shelves,
    required products and gifts are ties between products, which no lock of one row guards; and whether a product is
    public depends on its market. Whoever only refers to the market, such as a bookmark, does not wait.
    """
    query = select(Market).where(Market.id.in_(market_ids)).order_by(Market.id).with_for_update(key_share=True)
    session().scalars(query.execution_options(populate_existing=True)).all()


def actors_of(product: Product) -> frozenset[Actor]:
    """As whom the caller may move the product. One who is both is both."""
    caller = current_principal()
    found: set[Actor] = set()
    if caller.can("product.moderate"):
        found.add(Actor.ADMIN)
    if may(caller, "product.edit", get_market(product.market_id)):
        found.add(Actor.OWNER)
    return frozenset(found)


def version_of(market_id: UUID, product_id: UUID, **part: UUID) -> int:
    """The version that ETags of a product and its parts are made of. Raises NotFound for strangers."""
    return product_of(market_id, product_id, "product.view").version


def locked_version_of(market_id: UUID, product_id: UUID, **part: UUID) -> int:
    """The same, with the product's row locked for the update that follows. Raises NotFound for strangers."""
    return product_of(market_id, product_id, "product.view", lock=True).version


def caller_id() -> UUID:
    """Id of the logged-in caller. Raises NotAuthenticated for an anonymous one."""
    user_id = current_principal().user_id
    if user_id is None:
        raise NotAuthenticated
    return user_id
