"""The reference: a bare Flask view with the SQL that the platform sends, psycopg, dicts and orjson; and kept bytes.

The SQL is caught from the platform's own service while this starts, so that both ask the database for the same.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from asoud_product.files import PICTURE
from asoud_product.schemas.public import ProductQuery
from asoud_product.services import public
from flask import Flask, Response
from psycopg.types.json import set_json_loads
from sqlalchemy import event

from addon_sdk import ListArgs
from bench._client.bare_views import SETTINGS, answer, rows
from kernel.app import create_app

LIMIT = 24
PLAIN = (
    "id", "kind", "name", "category_id", "market_id", "market_name", "market_business_id", "city_id", "city_fa",
    "city_en", "label", "label_corner", "sell_type", "is_available",
)  # fmt: skip
FILES = SETTINGS.public_url.rstrip("/") + "/api/v1/kernel/files"


def caught_sql() -> tuple[str, dict[str, Any]]:
    """The statement of a page, with its parameters."""
    platform_app = create_app(SETTINGS, role="cli")
    found: list[tuple[str, Any]] = []
    engine = platform_app.extensions["asoud"].db.reader
    event.listen(engine, "before_cursor_execute", lambda c, cursor, *sent: found.append((sent[0], sent[1])))
    with platform_app.app_context():
        public.list_products(ListArgs(ProductQuery(), {"limit": LIMIT}))
        ((statement, params),) = ((text, sent) for text, sent in found if "FROM product" in text)
    engine.dispose()
    return statement, dict(params)


STATEMENT, PARAMS = caught_sql()
app = Flask("bare")
set_json_loads(orjson.loads)
_kept: list[bytes] = []


def picture(kept: dict[str, Any]) -> dict[str, Any]:
    """A picture with the addresses of its sizes."""
    address = f"{FILES}/{kept['id']}/content"
    sizes = {
        name: {"url": f"{address}?size={name}", "width": width, "height": height}
        for name, (width, height) in PICTURE.sizes(kept["width"], kept["height"]).items()
    }
    return {**kept, "url": address, "sizes": sizes}


def card(row: dict[str, Any], at: datetime) -> dict[str, Any]:
    """A product as lists show it."""
    amount = row["lowest_price"]
    if row["lowest_sale_price"] is not None and row["sale_ends_at"] > at:
        starts_at = row["sale_starts_at"]
        amount = row["lowest_sale_price"] if starts_at is None or starts_at <= at else amount
    return {
        **{name: row[name] for name in PLAIN},
        "price": {"amount": amount, "currency": row["currency"]},
        "main_price": {"amount": row["lowest_price"], "currency": row["currency"]},
        "pictures": [picture(each) for each in row["pictures"]],
        "published_at": row["listed_at"],
    }


def body() -> bytes:
    """The page."""
    at = datetime.now(UTC)
    items = [card(row, at) for row in rows(STATEMENT, PARAMS)[:LIMIT]]
    return orjson.dumps({"items": items, "next": None}, option=orjson.OPT_UTC_Z)


@app.get("/api/v1/product/products")
def products() -> Response:
    """The list."""
    return answer(body())


@app.get("/bytes/api/v1/product/products")
def products_bytes() -> Response:
    """The list, kept."""
    if not _kept:
        _kept.append(body())
    return Response(_kept[0], content_type="application/json")
