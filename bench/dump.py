"""Dumping 24 products with nested pictures: compiled, by marshmallow, and by hand.

Targets: at most 2 times what code written by hand takes, and at most a twentieth of marshmallow's time to walk.
"""

from __future__ import annotations

import datetime as dt
import timeit
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from marshmallow import Schema, fields

from bench.catalogue import LINES
from bench.results import Result, compared, in_turns
from bench.stage import Stage
from kernel.rest.dump import compiled

HAND, MARSHMALLOW = 2.0, 0.05
ROUNDS, QUICK_ROUNDS, REPEATS = 60, 10, 10


class PictureSchema(Schema):
    """A picture of a product."""

    id = fields.UUID()
    url = fields.String()
    width = fields.Integer()
    height = fields.Integer()


class ProductSchema(Schema):
    """A product as a list shows it."""

    id = fields.UUID()
    name = fields.String()
    slug = fields.String()
    description = fields.String()
    price = fields.Integer()
    stock = fields.Integer()
    rating = fields.Float()
    published = fields.Boolean()
    created_at = fields.DateTime()
    pictures = fields.List(fields.Nested(PictureSchema))


@dataclass
class Picture:
    """Stands for an entity."""

    id: uuid.UUID
    url: str
    width: int
    height: int


@dataclass
class Product:
    """Stands for an entity."""

    id: uuid.UUID
    name: str
    slug: str
    description: str
    price: int
    stock: int
    rating: float
    published: bool
    created_at: dt.datetime
    pictures: list[Picture]


def products(count: int = 24) -> list[Product]:
    """Products with two pictures each."""
    return [
        Product(
            id=uuid.uuid4(),
            name=f"کالای {number}",
            slug=f"product-{number}",
            description="شرح " * 20,
            price=1_250_000 + number,
            stock=number,
            rating=4.5,
            published=True,
            created_at=dt.datetime(2026, 3, 21, 8, 30, number, tzinfo=dt.UTC),
            pictures=[Picture(uuid.uuid4(), f"/files/{number}-{side}.webp", 800, 600) for side in range(2)],
        )
        for number in range(count)
    ]


class PlainPictureSchema(PictureSchema):
    """The picture without what has to be formatted."""

    class Meta:
        """Marshmallow's options."""

        exclude = ("id",)


class PlainProductSchema(ProductSchema):
    """The product without what has to be formatted: what remains is the cost of walking."""

    class Meta:
        """Marshmallow's options."""

        exclude = ("id", "created_at")

    pictures = fields.List(fields.Nested(PlainPictureSchema))


def plain_by_hand(items: list[Product]) -> list[dict[str, Any]]:
    """What somebody who cares only for speed would write."""
    return [
        {
            "name": item.name,
            "slug": item.slug,
            "description": item.description,
            "price": item.price,
            "stock": item.stock,
            "rating": item.rating,
            "published": item.published,
            "pictures": [
                {"url": picture.url, "width": picture.width, "height": picture.height} for picture in item.pictures
            ],
        }
        for item in items
    ]


def formatted_by_hand(items: list[Product]) -> list[dict[str, Any]]:
    """The same with identifiers and times, whose text costs more than all the rest."""
    return [
        {
            "id": str(item.id),
            "name": item.name,
            "slug": item.slug,
            "description": item.description,
            "price": item.price,
            "stock": item.stock,
            "rating": item.rating,
            "published": item.published,
            "created_at": item.created_at.isoformat(),
            "pictures": [
                {"id": str(picture.id), "url": picture.url, "width": picture.width, "height": picture.height}
                for picture in item.pictures
            ],
        }
        for item in items
    ]


Way = Callable[[list[Product]], list[dict[str, Any]]]


def measure(schema: Schema, by_hand: Way, rounds: int) -> dict[str, list[float]]:
    """Microseconds of each way, in turns. Raises AssertionError when they give different results."""
    items = products()
    ways: dict[str, Way] = {"by hand": by_hand, "compiled": compiled(schema), "marshmallow": schema.dump}
    if not by_hand(items) == ways["compiled"](items) == schema.dump(items):
        raise AssertionError("The three ways differ; a comparison means nothing.")
    return in_turns({name: partial(_microseconds, way, items) for name, way in ways.items()}, rounds)


def _microseconds(way: Way, items: list[Product]) -> float:
    return timeit.timeit(partial(way, items), number=REPEATS) / REPEATS * 1e6


def run(stage: Stage, quick: bool) -> Iterator[Result]:
    """The results of both cases."""
    plain_line, formatted_line, marshmallow_line = LINES["dump"]
    rounds = QUICK_ROUNDS if quick else ROUNDS
    plain = measure(PlainProductSchema(many=True), plain_by_hand, rounds)
    formatted = measure(ProductSchema(many=True), formatted_by_hand, rounds)
    yield compared(plain_line, plain["compiled"], plain["by hand"], "µs", HAND, at_most=True)
    yield compared(formatted_line, formatted["compiled"], formatted["by hand"], "µs", HAND, at_most=True)
    yield compared(marshmallow_line, plain["compiled"], plain["marshmallow"], "µs", MARSHMALLOW, at_most=True)
