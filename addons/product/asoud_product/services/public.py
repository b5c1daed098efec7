"""What everybody sees: published products of published markets, in lists and one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from asoud_category.services import filterable_keys, subtree_ids
from asoud_iran.services import holds_words
from asoud_market.models import Colleague, Market
from asoud_market.services import colleague_markets, demand_market
from asoud_region.models import City
from sqlalchemy import Row, Select, and_, case, false, select, union_all
from sqlalchemy.orm import aliased

from addon_sdk import (
    ListArgs,
    Money,
    NotFound,
    Page,
    ValidationFailed,
    current_principal,
    extension_columns,
    extension_values,
    now,
    paginate,
    read_connection,
    session,
)
from asoud_product.models import Product, Shelf, Variant
from asoud_product.services import pictures, prices, values
from asoud_product.services.access import caller_id
from asoud_product.services.listing import CARDS, Around, AttributeFilter, combine, params_of, statement_for
from asoud_product.services.spelling import mended

required, gift = (aliased(Product, name=name) for name in ("required", "gift"))
_DETAIL = (
    select(Product, Market, City.name_fa, City.name_en, required, gift)
    .join(Market, Market.id == Product.market_id)
    .outerjoin(City, City.id == Product.city_id)
    .outerjoin(required, and_(required.id == Product.required_id, required.is_public))
    .outerjoin(gift, and_(gift.id == Product.gift_id, gift.is_public))
)
NEARBY_KM = 5
"""How far from a place products are found when nobody says how far."""
SEARCHED = case((Product.is_public, Product.search_key))
"""What is searched, as the index has it: of public products alone, so that PostgreSQL counts words among these."""
_PUBLIC = (Product.is_public, Market.is_public)
_ON_SHELF = CARDS.add_columns(Product.shelf_id, Product.shelf_position).order_by(Product.shelf_position, Product.id)


def list_products(args: ListArgs) -> Page:
    """A page of public products, with what is asked of them. Raises ValidationFailed for what isn't there."""
    statement, params = narrowed(args)
    return _page(statement, args, params)


def list_as_colleague(args: ListArgs) -> Page:
    """A page of public products of the markets whose colleague the caller is, with what he pays."""
    statement, params = narrowed(args)
    markets = colleague_markets(caller_id())
    statement = statement.add_columns(Product.lowest_colleague_price).where(Product.market_id.in_(markets))
    page = paginate(statement, args, params)
    at = now()
    shown = []
    for row, card in zip(page.items, cards(page.items), strict=True):
        own = prices.lowest_for_colleagues(row, at)
        shown.append({**card, "colleague_price": None if own is None else Money(own, row.currency)})
    return Page(shown, page.next)


def narrowed(args: ListArgs, base: Select[Any] = CARDS) -> tuple[Select[Any], dict[str, Any]]:
    """The statement for what is asked beside simple filters, and its parameters. A category means all below it too."""
    below = {"category_id": _below(args["category_id"])} if "category_id" in args else {}
    filters = _attributes(args.get("attribute", ()), args.get("category_id", ()))
    around = _around(args)
    statement = statement_for(filters, around is not None, base)
    if "q" in args:
        condition = holds_words(SEARCHED, mended(args["q"]))
        statement = statement.where(false() if condition is None else condition)
    return statement, {**params_of(filters, around), **below}


def by_id(product_id: UUID) -> dict[str, Any]:
    """All of a public product, by two statements. Raises NotFound."""
    return _page_of(_DETAIL.where(Product.id == product_id, *_PUBLIC))


def preview(market_id: UUID, product_id: UUID) -> dict[str, Any]:
    """A product as customers will see it, for those who belong to its market. Raises NotFound."""
    demand_market(market_id, "product.view")
    return _page_of(_DETAIL.where(Product.id == product_id, Product.market_id == market_id))


def shelves_of_public(market_id: UUID) -> list[Shelf]:
    """The shelves of a published market, in their order. Raises NotFound."""
    rows = session().execute(
        select(Market.id, Shelf)
        .outerjoin(Shelf, Shelf.market_id == Market.id)
        .where(Market.id == market_id, Market.is_public)
        .order_by(Shelf.position, Shelf.id)
    )
    found = rows.all()
    if not found:
        raise NotFound
    return [row[1] for row in found if row[1] is not None]


def front_of(market_id: UUID, each: int) -> list[dict[str, Any]]:
    """A published market's shelves, each with its first ``each`` products, by two statements. Raises NotFound."""
    shelves = shelves_of_public(market_id)
    standing: dict[UUID, list[dict[str, Any]]] = {shelf.id: [] for shelf in shelves}
    if shelves:
        standing_there = _ON_SHELF.add_columns(*extension_columns(Product))
        parts = [standing_there.where(Product.shelf_id == shelf.id).limit(each).subquery() for shelf in shelves]
        rows = read_connection().execute(union_all(*map(select, parts))).all()
        for each in cards(sorted(rows, key=lambda row: (row.shelf_position, row.id))):
            standing[each["shelf_id"]].append(each)
    return [{"id": s.id, "name": s.name, "position": s.position, "products": standing[s.id]} for s in shelves]


def cards(rows: Sequence[Row[Any]]) -> Iterator[dict[str, Any]]:
    """Products in a list: their rows, each with what is to be paid now."""
    at = now()
    names = rows[0]._fields if rows else ()
    for row, card_pictures in zip(rows, pictures.shown(row.pictures for row in rows), strict=True):
        card = dict(zip(names, row, strict=True))  # half the time of a mapping's
        regular, price = row.lowest_price, prices.lowest_now(row, at)
        card["main_price"] = Money(regular, row.currency)
        card["price"] = card["main_price"] if price == regular else Money(price, row.currency)
        card["pictures"] = card_pictures
        yield card


def _page(statement: Select[Any], args: ListArgs, params: dict[str, Any]) -> Page:
    page = paginate(statement, args, params, on=read_connection())
    return Page(list(cards(page.items)), page.next)


def _page_of(statement: Select[Any]) -> dict[str, Any]:
    """A product with all that belongs to it: one statement for it and its neighbours, one for its variants."""
    user_id = current_principal().user_id
    pays_less: Any = false()
    if user_id is not None:
        pays_less = colleague_markets(user_id).where(Colleague.market_id == Product.market_id).exists()
    row = session().execute(statement.add_columns(pays_less.label("is_colleague"))).one_or_none()
    if row is None:
        raise NotFound
    product, market, city_fa, city_en, needed, given, is_colleague = row
    at = now()
    return {
        **extension_values(product),
        "product": product,
        "attributes": values.current(product),
        "pictures": pictures.shown_of(product),
        "market": market,
        "city_fa": city_fa,
        "city_en": city_en,
        "price": Money(prices.lowest_now(product, at), product.currency),
        "main_price": Money(product.lowest_price, product.currency),
        "colleague_price": product.money(prices.lowest_for_colleagues(product, at)) if is_colleague else None,
        "on_sale_until": product.sale_ends_at if prices.sale_of(product).lasts(at) else None,
        "shipping_options": [
            {**option, "price": product.money(option["price"])} for option in product.shipping_options
        ],
        "required": _neighbour(needed, at),
        "gift": _neighbour(given, at),
        "variants": [_variant(product, each, bool(is_colleague), at) for each in _variants(product.id)],
    }


def _variants(product_id: UUID) -> Iterable[Variant]:
    query = select(Variant).where(Variant.product_id == product_id).order_by(Variant.position, Variant.id)
    return session().scalars(query)


def _variant(product: Product, variant: Variant, is_colleague: bool, at: datetime) -> dict[str, Any]:
    reduced = prices.colleague_amount(product, variant, at=at) if is_colleague else None
    return {
        **extension_values(variant),
        "variant": variant,
        "price": product.money(prices.amount_now(product, variant, at=at)),
        "main_price": product.money(prices.regular_amount(product, variant)),
        "colleague_price": product.money(reduced),
        "is_available": product.is_available and variant.is_available,
    }


def _neighbour(product: Product | None, at: datetime) -> dict[str, Any] | None:
    if product is None:
        return None
    price = Money(prices.lowest_now(product, at), product.currency)
    return {"id": product.id, "name": product.name, "price": price, "pictures": pictures.shown_of(product)[:1]}


def _below(category_ids: list[UUID]) -> list[UUID]:
    """The categories and all below them, hidden ones too. Raises ValidationFailed for one that isn't there."""
    try:
        return sorted({below for wanted in category_ids for below in subtree_ids(wanted)})
    except NotFound:
        raise ValidationFailed.unknown("query/category_id") from None


def _attributes(wanted: Sequence[str], category_ids: Sequence[UUID]) -> list[AttributeFilter]:
    """Filters from ``key:value`` and ``key:4..8``. Raises ValidationFailed for what is neither, or has another key."""
    pairs = []
    known = filterable_keys(category_ids) if wanted else frozenset()
    for text in wanted:
        key, colon, value = text.partition(":")
        if not (key and colon and value):
            raise ValidationFailed.of(
                "/query/attribute",
                "format",
                "Write an attribute's key, a colon, and a value or a range, such as color:red or memory:4..8.",
            )
        if key not in known:
            there = ", ".join(sorted(known)) or "-"
            message = "There is no attribute {key} to filter by here; there are: {there}."
            raise ValidationFailed.of("/query/attribute", "unknown", message, key=key[:50], there=there)
        pairs.append((key, value))
    try:
        return combine(pairs)
    except ValueError:
        raise ValidationFailed.of(
            "/query/attribute",
            "range",
            "A range has a number at its beginning, at its end, or a larger one at its end: 4.., ..8 or 4..8.",
        ) from None


def _around(args: ListArgs) -> Around | None:
    if "latitude" not in args:
        return None
    return Around(args["latitude"], args["longitude"], args.get("within_km", NEARBY_KM))
