"""What the demo's markets sell: read from the shipped lists, the same for the same number every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from asoud_iran.services import persian_digits

from asoud_product.models import ProductKind, Status

TURN = 1000
"""The first so many products go round all markets; after them a market gets so many at once."""
_UNIT = 10_000
"""Rials: prices in the lists are in thousands of Tomans."""
_STEPS = 101
_WAITING = {
    3: Status.QUEUE,
    11: Status.DRAFT,
    19: Status.NEEDS_EDITING,
    27: Status.INACTIVE,
    35: Status.NOT_PUBLISHED,
}
_ROUND = 40
"""Of so many products five wait somewhere; all others are published."""
_LOOKS = 12
"""Products of one name differ in their attributes in so many ways."""


class Item(NamedTuple):
    """Something that is sold, in several qualities."""

    name: str
    least: int
    most: int
    qualities: Sequence[str]
    values: Mapping[str, Sequence[str]]
    """What its attributes are, where it isn't as with everything of its category."""


class Good(NamedTuple):
    """What is sold in one category."""

    slug: str
    kind: ProductKind
    values: Mapping[str, Sequence[str]]
    """By key of an attribute, what it may be."""
    items: Sequence[Item]


class Shop(NamedTuple):
    """A demo market, and what it sells."""

    business_id: str
    goods: Sequence[Good]


class Sample(NamedTuple):
    """One product of the demo."""

    number: int
    business_id: str
    good: Good
    item: Item
    quality: str
    code: int
    """0, or what tells it from others of this quality."""
    price: int
    """Rials."""
    look: int
    status: Status

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.item.name} {self.quality}" + (f" کد {persian_digits(str(self.code))}" if self.code else "")

    @property
    def sku(self) -> str:
        """What its first variant is known by."""
        return f"DEMO-{self.number:07}"


@cache
def shops() -> Sequence[Shop]:
    """The demo's markets, each in its place."""
    goods = {good.slug: good for good in map(_good, _text("demo_goods.txt").split("\n\n"))}
    rows = (line.split("|") for line in _text("demo_shops.txt").splitlines())
    return [Shop(name.strip(), [goods[slug] for slug in _words(slugs)]) for name, slugs in rows]


def sample(number: int) -> Sample:
    """The product of this number. A market has each item in each quality once; then again with a code."""
    shop, place = _where(number)
    turn, kind = divmod(place, len(shop.goods))
    good = shop.goods[kind]
    rest, which = divmod(turn, len(good.items))
    item = good.items[which]
    code, quality = divmod(rest, len(item.qualities))
    status = _WAITING.get((number + number // len(shops())) % _ROUND, Status.PUBLISHED)
    return Sample(
        number,
        shop.business_id,
        good,
        item,
        item.qualities[quality],
        code,
        _price(item, number),
        number * 5 % _LOOKS,
        status,
    )


def _where(number: int) -> tuple[Shop, int]:
    """The market, and which of its products this is."""
    all_shops = shops()
    if number < TURN:
        return all_shops[number % len(all_shops)], number // len(all_shops)
    before = TURN // len(all_shops)
    turn, place = divmod(number, TURN)
    return all_shops[turn % len(all_shops)], before + turn // len(all_shops) * TURN + place


def _price(item: Item, number: int) -> int:
    """Between the least and the most, cheap ones more often, in two digits that count."""
    exact = item.least * (item.most / item.least) ** (number * 37 % _STEPS / (_STEPS - 1))
    return min(item.most, max(item.least, round(int(exact), 2 - len(str(int(exact)))))) * _UNIT


def _good(block: str) -> Good:
    """A category: its name and kind, ``@`` and an attribute with values, and then what is sold."""
    head, *lines = block.strip().splitlines()
    slug, kind = (part.strip() for part in head.split("|"))
    values = dict(_named(line[1:], "|") for line in lines if line.startswith("@"))
    return Good(slug, ProductKind(kind), values, [_item(line) for line in lines if not line.startswith("@")])


def _item(line: str) -> Item:
    """``name | least-most | qualities``, and where it has its own ``| attribute: value; attribute: value``."""
    name, prices, qualities, *own = (part.strip() for part in line.split("|"))
    least, most = map(int, prices.split("-"))
    values = dict(_named(each, ":") for each in own[0].split(";")) if own else {}
    return Item(name, least, most, _words(qualities), values)


def _named(text: str, sign: str) -> tuple[str, Sequence[str]]:
    key, _, values = text.partition(sign)
    return key.strip(), _words(values)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _text(name: str) -> str:
    return files("asoud_product").joinpath("data", name).read_text("utf-8").strip()
