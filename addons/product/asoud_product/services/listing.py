"""Statements of public lists: columns, not objects; built once for each shape of question."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from asoud_category.services import MAX_NUMBER
from asoud_iran.services import fold_for_search
from asoud_market.models import Market
from asoud_region.models import City
from sqlalchemy import Select, and_, bindparam, exists, or_, select

from addon_sdk import ValidationFailed, fields
from asoud_product.models import Product, Value
from asoud_product.services.prices import OFFER
from asoud_product.services.values import LARGEST, millionths

_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,6})?", re.ASCII)
_KM_PER_DEGREE = 111.2
_POLE = 0.01

CARD_COLUMNS = (
    Product.id,
    Product.kind,
    Product.name,
    Product.category_id,
    Product.market_id,
    Market.name.label("market_name"),
    Market.business_id.label("market_business_id"),
    Product.city_id,
    City.name_fa.label("city_fa"),
    City.name_en.label("city_en"),
    *OFFER,
    Product.label,
    Product.label_corner,
    Product.sell_type,
    Product.is_purchasable.label("is_available"),
    Product.pictures,
    Product.listed_at,
)
CARDS = (
    select(*CARD_COLUMNS)
    .join(Market, and_(Market.id == Product.market_id, Market.is_public))
    .outerjoin(City, City.id == Product.city_id)
    .where(Product.is_public)
)
"""One statement for a whole page. A market that is unpublished hides its products at once."""


class Around(NamedTuple):
    """A circle on the map."""

    latitude: float
    longitude: float
    within_km: int

    def params(self) -> dict[str, float]:
        """Values of the statement's parameters."""
        shrink = max(math.cos(math.radians(self.latitude)), _POLE)  # a degree of longitude is shorter off the equator
        reach = self.within_km / _KM_PER_DEGREE
        return {
            "latitude": self.latitude,
            "longitude": self.longitude,
            "shrink": shrink,
            "reach_square": reach * reach,
            "south": self.latitude - reach,
            "north": self.latitude + reach,
            "west": self.longitude - reach / shrink,
            "east": self.longitude + reach / shrink,
        }


_east = (Market.longitude - bindparam("longitude")) * bindparam("shrink")
_north = Market.latitude - bindparam("latitude")
_NEAR = and_(
    Market.latitude.between(bindparam("south"), bindparam("north")),
    Market.longitude.between(bindparam("west"), bindparam("east")),
    _east * _east + _north * _north <= bindparam("reach_square"),
)


Range = tuple[int | None, int | None]
"""From and to, in millionths; None where it is open."""


class AttributeFilter(NamedTuple):
    """What is asked of one attribute: one of some values, or a number in one of some ranges."""

    key: str
    texts: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()


def statement_for(filters: Sequence[AttributeFilter], near: bool, base: Select[Any] = CARDS) -> Select[Any]:
    """The statement of a list that asks for these attributes, and perhaps a place."""
    return _built(tuple((bool(each.texts), len(each.ranges)) for each in filters), near, base)


@lru_cache(maxsize=64)
def _built(shapes: tuple[tuple[bool, int], ...], near: bool, base: Select[Any]) -> Select[Any]:
    statement = base.where(_NEAR) if near else base
    for place, (has_texts, ranges) in enumerate(shapes):
        wanted = [Value.text.in_(bindparam(f"texts{place}", expanding=True))] if has_texts else []
        wanted += [
            Value.number.between(bindparam(f"least{place}_{each}"), bindparam(f"most{place}_{each}"))
            for each in range(ranges)
        ]
        # The moment is the product's own; comparing it lets PostgreSQL read the index of values in the list's order.
        same = and_(Value.product_id == Product.id, Value.listed_at == Product.listed_at)
        statement = statement.where(exists().where(same, Value.key == bindparam(f"key{place}"), or_(*wanted)))
    return statement


def params_of(filters: Sequence[AttributeFilter], around: Around | None) -> dict[str, Any]:
    """Values of the parameters of `statement_for`."""
    found: dict[str, Any] = dict(around.params()) if around else {}
    for place, filter_ in enumerate(filters):
        found[f"key{place}"] = filter_.key
        if filter_.texts:
            found[f"texts{place}"] = list(filter_.texts)
        for each, (least, most) in enumerate(filter_.ranges):
            found[f"least{place}_{each}"] = -LARGEST if least is None else least
            found[f"most{place}_{each}"] = LARGEST if most is None else most
    return found


def combine(wanted: Sequence[tuple[str, str]]) -> list[AttributeFilter]:
    """Filters from pairs of key and value, of each key any; ``4..8`` is a range, open ends too.

    Raises ValueError for a range without ends, with ends that are no numbers, or that runs backwards, and
    ValidationFailed for numbers that no attribute has.
    """
    texts: dict[str, list[str]] = {key: [] for key, _ in wanted}
    ranges: dict[str, list[Range]] = {key: [] for key, _ in wanted}
    for key, value in wanted:
        if ".." in value:
            ranges[key].append(_range(value))
        else:
            texts[key].extend(_spellings(value))
    return [AttributeFilter(key, tuple(dict.fromkeys(texts[key])), tuple(ranges[key])) for key in texts]


def _range(text: str) -> Range:
    start, _, end = text.partition("..")
    least, most = _millionths(start), _millionths(end)
    if (least is None and most is None) or (least is not None and most is not None and least > most):
        raise ValueError(text)
    return least, most


def _spellings(value: str) -> Iterator[str]:
    """A value as it may stand in the index: choices as they are, text folded, numbers in their canonical form."""
    yield value
    yield fold_for_search(value)
    if _NUMBER.fullmatch(number := str(fields.fold_number(value))):
        yield f"{Decimal(number).normalize():f}"


def _millionths(text: str) -> int | None:
    if not text:
        return None
    number = str(fields.fold_number(text))
    if not _NUMBER.fullmatch(number):
        raise ValueError(text)
    if abs(found := Decimal(number)) > MAX_NUMBER:
        message = "Write numbers from -{most} to {most}; attributes have no others."
        raise ValidationFailed.of("/query/attribute", "range", message, most=MAX_NUMBER)
    return millionths(found)
