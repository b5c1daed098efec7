"""What is asked of lists of products in a deployment, as JSON: by kind of question, addresses.

They are chosen by what is the same in all deployments (slugs, names, parts of the whole), not by ids, so that
deployments of different sizes are asked the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from asoud_category.models import Category
from asoud_market.models import Market
from asoud_product.models import Label, Product, ProductKind, SellType, Shelf, Value
from asoud_product.schemas.public import ProductQuery
from asoud_region.models import City, Province
from sqlalchemy import Select, func, select

from addon_sdk import session
from config import load_settings
from kernel.app import create_app
from kernel.rest.lists.cursors import Position, write_cursor
from kernel.rest.lists.keyset import _salt

LIST = "/api/v1/product/products"
EACH = 12
"""Values of one filter."""
PARTS = (0.0, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
"""How far in the list pages begin."""
PRICES = ((None, 0.1), (0.05, 0.15), (0.2, 0.4), (0.4, 0.6), (0.5, None), (0.6, 0.9), (0.8, 0.85), (0.95, None))
"""Ranges, as parts of all products in the order of their prices."""
_SHOWN = select(Product).where(Product.is_public)


def main() -> None:
    """Print them."""
    with create_app(load_settings(), role="cli").app_context():
        print(json.dumps(questions()))


def questions() -> dict[str, dict[str, list[str]]]:
    """By line of the table, and by what is asked there, addresses."""
    filters = dict(_filters())
    category_and_price = [{**one, **other} for one, other in zip(filters["category"], filters["price"] * 2)]  # noqa: B905 - as many as there are
    markets_shelves = [{**one, "market_id": market} for one, market in _shelves()]
    return {
        "page": {"page": [_path(cursor=cursor) for cursor in _cursors()]},
        "filter": {name: [_path(**each) for each in asked] for name, asked in filters.items()},
        "sort": {
            sign + name: [_path(sort=sign + name)] for name in ("published_at", "price", "name") for sign in ("", "-")
        },
        "category and price": {"category and price": [_path(**each) for each in category_and_price]},
        "market and shelf": {
            "newest": [_path(**each) for each in markets_shelves],
            "in order": [_path(**each, sort="shelf") for each in markets_shelves],
        },
        "search": {"search": [_path(q=word) for word in _words()]},
    }


def _path(**asked: Any) -> str:
    given = {name: value for name, value in asked.items() if value is not None}
    return f"{LIST}?{urlencode({'limit': 24, **given})}"


def _cursors() -> Iterator[str | None]:
    salt = _salt(ProductQuery().load({}))
    for listed_at, key in _at_parts(select(Product.listed_at, Product.id), Product.listed_at.desc()):
        yield write_cursor(Position("-published_at", listed_at, key), salt)


def _filters() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """What each filter is asked for."""
    yield "category", [{"category_id": each} for each in _spread(select(Category.id).order_by(Category.slug))]
    yield "market", [{"market_id": each} for each in _spread(select(Market.id).order_by(Market.business_key))]
    yield "shelf", [shelf for shelf, _ in _shelves()]
    yield "city", [{"city_id": each} for each in _used(City, Product.city_id)]
    yield "province", [{"province_id": each} for each in _used(Province, Product.province_id)]
    for name, values in (("kind", ProductKind), ("label", Label), ("sell_type", SellType)):
        yield name, [{name: each.value} for each in values]
    yield "is_available", [{"is_available": each} for each in ("true", "false")]
    yield "price", list(_prices())
    yield "attribute", [{"attribute": f"{key}:{text}"} for key, text in _spread_rows(_values())]
    yield "place", [each for city in _used(City, Product.city_id) for each in _around(city)]


def _spread(query: Select[Any]) -> list[Any]:
    """A dozen of many, from everywhere."""
    return [row[0] for row in _spread_rows(session().execute(query).all())]


def _spread_rows(rows: Sequence[Any]) -> Sequence[Any]:
    return rows[:: max(1, len(rows) // EACH)][:EACH]


def _used(model: Any, column: Any) -> list[Any]:
    used = select(column).where(Product.is_public)
    return _spread(select(model.id).where(model.id.in_(used)).order_by(model.name_en))


def _shelves() -> list[tuple[dict[str, Any], Any]]:
    rows = session().execute(
        select(Shelf.id, Shelf.market_id)
        .join(Market, Market.id == Shelf.market_id)
        .where(Market.is_public)
        .order_by(Market.business_key, Shelf.position)
    )
    return [({"shelf_id": row.id}, row.market_id) for row in _spread_rows(rows.all())]


def _values() -> Sequence[Any]:
    query = select(Value.key, Value.text).group_by(Value.key, Value.text).order_by(Value.key, Value.text)
    return session().execute(query).all()


def _around(city_id: Any) -> Iterator[dict[str, Any]]:
    city = session().get_one(City, city_id)
    if city.latitude is not None:
        for reach in (5, 50):
            yield {"latitude": city.latitude, "longitude": city.longitude, "within_km": reach}


def _prices() -> Iterator[dict[str, Any]]:
    for least, most in PRICES:
        ends = {"price_min": least, "price_max": most}
        yield {name: _price_at(part) for name, part in ends.items() if part is not None}


def _price_at(part: float) -> int:
    (row,) = _at_parts(select(Product.current_price), Product.current_price, (part,))
    return int(row[0])


def _at_parts(query: Select[Any], order: Any, parts: Sequence[float] = PARTS) -> Iterator[Any]:
    """The rows of public products that stand so far in the order."""
    count = session().scalar(select(func.count()).select_from(_SHOWN.subquery())) or 0
    for part in parts:
        place = query.where(Product.is_public).order_by(order, Product.id).offset(int(count * part)).limit(1)
        yield session().execute(place).one()


def _words() -> list[str]:
    """Beginnings, whole words and pairs of what products are called, frequent ones and rare ones."""
    names = sorted(
        {name for (name,) in session().execute(select(Product.name).order_by(Product.created_at).limit(2000))}
    )
    chosen = [name.split() for name in _spread_rows(names)]
    return [*(words[0] for words in chosen), *(" ".join(words[:2]) for words in chosen), *(w[-1][:3] for w in chosen)]


if __name__ == "__main__":
    main()
