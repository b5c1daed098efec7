"""What the demo's markets sell: read from the shipped lists, the same for the same number every time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from asoud_product.models import ProductKind, Status

TURN = 1000
"""The first so many products go round all markets; after them a market gets so many at once."""
_UNIT = 10_000
"""Rials: prices in the lists are in thousands of Tomans."""
_STEPS = 101
_UNPUBLISHED = {3: Status.QUEUE, 7: Status.DRAFT, 11: Status.NEEDS_EDITING, 15: Status.INACTIVE}
_ROUND = 20
_LOOKS = 12
"""Products of one category differ in their attributes in so many ways."""


class Good(NamedTuple):
    """What is sold in one category."""

    slug: str
    kind: ProductKind
    least: int
    most: int
    names: Sequence[str]
    qualities: Sequence[str]


class Shop(NamedTuple):
    """A demo market, and what it sells."""

    business_id: str
    goods: Sequence[Good]


class Sample(NamedTuple):
    """One product of the demo."""

    number: int
    business_id: str
    good: Good
    name: str
    price: int
    """Rials."""
    look: int
    status: Status

    @property
    def sku(self) -> str:
        """What its first variant is known by."""
        return f"DEMO-{self.number:07}"


@cache
def shops() -> Sequence[Shop]:
    """The demo's markets, each in its place."""
    goods = {good.slug: good for good in map(_good, _lines("demo_goods.txt"))}
    return [Shop(name, [goods[slug] for slug in _words(slugs)]) for name, slugs in _lines("demo_shops.txt")]


@cache
def values() -> dict[str, Sequence[str]]:
    """By key of attributes that are text or numbers, what they may be."""
    return {key: _words(found) for key, found in _lines("demo_values.txt")}


def sample(number: int) -> Sample:
    """The product of this number."""
    shop, place = _where(number)
    good = shop.goods[place % len(shop.goods)]
    status = _UNPUBLISHED.get((number + number // len(shops())) % _ROUND, Status.PUBLISHED)
    name = _name(good, place // len(shop.goods))
    return Sample(number, shop.business_id, good, name, _price(good, number), number * 5 % _LOOKS, status)


def _where(number: int) -> tuple[Shop, int]:
    """The market, and which of its products this is."""
    all_shops = shops()
    if number < TURN:
        return all_shops[number % len(all_shops)], number // len(all_shops)
    before = TURN // len(all_shops)
    turn, place = divmod(number, TURN)
    return all_shops[turn % len(all_shops)], before + turn // len(all_shops) * TURN + place


def _name(good: Good, place: int) -> str:
    """Each name with each quality once; then again with a code."""
    rest, name = divmod(place, len(good.names))
    code, quality = divmod(rest, len(good.qualities))
    return f"{good.names[name]} {good.qualities[quality]}" + (f" کد {code}" if code else "")


def _price(good: Good, number: int) -> int:
    """Between the least and the most, cheap ones more often, in two digits that count."""
    exact = good.least * (good.most / good.least) ** (number * 37 % _STEPS / (_STEPS - 1))
    return min(good.most, max(good.least, round(int(exact), 2 - len(str(int(exact)))))) * _UNIT


def _good(parts: list[str]) -> Good:
    slug, kind, least, most, names, qualities = parts
    return Good(slug, ProductKind(kind), int(least), int(most), _words(names), _words(qualities))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _lines(name: str) -> list[list[str]]:
    text = files("asoud_product").joinpath("data", name).read_text("utf-8")
    return [[part.strip() for part in line.split("|")] for line in text.splitlines() if line.strip()]
