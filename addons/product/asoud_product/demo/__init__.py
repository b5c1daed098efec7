"""Demo products: what the demo's markets sell; most published, some on their way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from asoud_market.models import Market
from sqlalchemy import select

from addon_sdk import DemoSize, demo, publish, session, transaction
from asoud_product.demo import goods
from asoud_product.demo.looks import Looks
from asoud_product.demo.pictures import Pictures
from asoud_product.demo.rows import Rows
from asoud_product.events import ProductsChanged
from asoud_product.models import Shelf, Variant
from asoud_product.services.access import lock_products
from asoud_product.services.shelves import shelves_of

_SIZES: dict[DemoSize, int] = {"small": 1000, "medium": 10_000, "large": 1_000_000}
_FEW = 100
"""Products of one transaction while they go round all markets; later as many as a market gets at once."""
Cheapest = Mapping[UUID, Mapping[str, Any]]
"""By market, the cheapest public product that there is."""
_SHELVES = ("پرفروش‌ها", "پیشنهاد ویژه")


def _count(size: DemoSize) -> int:
    return _SIZES[size]


@demo(count=_count)
def load(size: DemoSize, advance: Callable[[int], None]) -> None:
    """Add the products that are missing, known by their numbers; what is there already stays as it is."""
    load_products(_SIZES[size], advance)


def load_products(count: int, advance: Callable[[int], None]) -> None:
    """The same for so many products."""
    names = [shop.business_id for shop in goods.shops()]
    found = session().scalars(select(Market).where(Market.business_key.in_(names)))
    market_ids = {market.business_key: market.id for market in found}
    looks, pictures = Looks(), Pictures()
    cheapest: dict[UUID, Mapping[str, Any]] = {}
    for numbers in _batches(count):
        wanted = [each for each in map(goods.sample, numbers) if each.business_id in market_ids]
        cheapest |= _Batch(market_ids, looks, pictures, cheapest).load(wanted)
        advance(len(numbers))


def _batches(count: int) -> Iterator[range]:
    start = 0
    while start < count:
        end = min(start + (_FEW if start < goods.TURN else goods.TURN), count)
        yield range(start, end)
        start = end


class _Batch:
    """Products that come in one transaction."""

    def __init__(
        self,
        market_ids: Mapping[str, UUID],
        looks: Looks,
        pictures: Pictures,
        cheapest: Cheapest,
    ) -> None:
        self._ids = market_ids
        self._looks = looks
        self._pictures = pictures
        self._cheapest = cheapest

    def load(self, samples: Sequence[goods.Sample]) -> Cheapest:
        """Add what is missing of these; by market, the cheapest public product then."""
        missing = self._missing(samples)
        if not missing:
            return {}
        self._pictures.prepare(missing)
        return self._insert(missing)

    def _missing(self, samples: Sequence[goods.Sample]) -> list[goods.Sample]:
        numbers = [sample.sku for sample in samples]
        market_ids = {self._ids[sample.business_id] for sample in samples}
        query = select(Variant.sku).where(Variant.market_id.in_(market_ids), Variant.sku.in_(numbers))
        there = set(session().scalars(query))
        return [sample for sample in samples if sample.sku not in there]

    @transaction
    def _insert(self, samples: Sequence[goods.Sample]) -> Cheapest:
        ids = {self._ids[sample.business_id] for sample in samples}
        lock_products(*ids)
        markets = {market.id: market for market in session().scalars(select(Market).where(Market.id.in_(ids)))}
        shelves = {market_id: _shelves(market_id) for market_id in markets}
        rows = Rows(dict(self._cheapest))  # a copy: what is tried again begins anew
        for sample in self._missing(samples):  # once more under the lock: another load may have come first
            market = markets[self._ids[sample.business_id]]
            picture = self._pictures.entry_of(sample)
            product_id = rows.add(sample, self._looks.of(sample), market, shelves[market.id], picture)
            if (file_id := self._pictures.own_of(sample)) is not None:
                rows.pictures.append({"product_id": product_id, "file_id": file_id})
        rows.insert()
        for market_id in markets:
            publish(ProductsChanged(market_id=market_id))
        return rows.cheapest


def _shelves(market_id: UUID) -> list[Shelf]:
    """The market's shelves; when it has none, new ones."""
    there = shelves_of(market_id)
    if there:
        return there
    made = [Shelf(market_id=market_id, name=name, position=place) for place, name in enumerate(_SHELVES)]
    session().add_all(made)
    session().flush()
    return made
