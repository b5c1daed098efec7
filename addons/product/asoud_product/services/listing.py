"""Statements of public lists: columns, not objects; built once for each shape of question."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from asoud_iran.services import fold_for_search
from asoud_market.models import Market
from asoud_region.models import City
from sqlalchemy import Select, and_, bindparam, exists, select

from addon_sdk import fields
from asoud_product.models import Product, Value
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
    Product.currency,
    Product.main_price,
    Product.sale_price,
    Product.sale_starts_at,
    Product.sale_ends_at,
    Product.current_price,
    Product.sale_turns_at,
    Product.label,
    Product.label_corner,
    Product.sell_type,
    Product.is_available,
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


class AttributeFilter(NamedTuple):
    """What is asked of one attribute: one of some values, or a range in millionths."""

    key: str
    texts: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def is_range(self) -> bool:
        """Whether it asks for numbers between two others."""
        return self.least is not None or self.most is not None


def statement_for(filters: Sequence[AttributeFilter], near: bool, base: Select[Any] = CARDS) -> Select[Any]:
    """The statement of a list that asks for these attributes, and perhaps a place."""
    return _built(tuple(each.is_range for each in filters), near, base)


@lru_cache(maxsize=64)
def _built(ranges: tuple[bool, ...], near: bool, base: Select[Any]) -> Select[Any]:
    statement = base.where(_NEAR) if near else base
    for place, is_range in enumerate(ranges):
        wanted = (
            Value.number.between(bindparam(f"least{place}"), bindparam(f"most{place}"))
            if is_range
            else Value.text.in_(bindparam(f"texts{place}", expanding=True))
        )
        # The moment is the product's own; comparing it lets PostgreSQL read the index of values in the list's order.
        same = and_(Value.product_id == Product.id, Value.listed_at == Product.listed_at)
        has = and_(same, Value.key == bindparam(f"key{place}"), wanted)
        statement = statement.where(exists().where(has))
    return statement


def params_of(filters: Sequence[AttributeFilter], around: Around | None) -> dict[str, Any]:
    """Values of the parameters of `statement_for`."""
    found: dict[str, Any] = dict(around.params()) if around else {}
    for place, each in enumerate(filters):
        found[f"key{place}"] = each.key
        if each.is_range:
            found[f"least{place}"] = -LARGEST if each.least is None else each.least
            found[f"most{place}"] = LARGEST if each.most is None else each.most
        else:
            found[f"texts{place}"] = list(each.texts)
    return found


def combine(wanted: Sequence[tuple[str, str]]) -> list[AttributeFilter]:
    """Filters from pairs of key and value: values of one key mean any of them; ``4..8`` is a range, open ends too.

    Raises ValueError for a range without ends, or with ends that are no numbers.
    """
    texts: dict[str, list[str]] = {}
    ranges = []
    for key, value in wanted:
        least, dots, most = value.partition("..")
        if not dots:
            texts.setdefault(key, []).extend(_spellings(value))
        elif least or most:
            ranges.append(AttributeFilter(key, (), _millionths(least), _millionths(most)))
        else:
            raise ValueError(value)
    return [*(AttributeFilter(key, tuple(dict.fromkeys(values))) for key, values in texts.items()), *ranges]


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
    return millionths(Decimal(number))
