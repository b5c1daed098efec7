"""What is there, locked, and the one way in which it moves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert, select

from addon_sdk import current_principal, publish, session
from asoud_inventory.events import StockChanged, StockLow
from asoud_inventory.models import Item, Kind, Location, Movement, Reason, Stock


class Shown(NamedTuple):
    """What everybody is told of a variant's stock."""

    in_stock: bool
    left: int | None


UNCOUNTED = Shown(in_stock=True, left=None)


def shown(item: Item) -> Shown:
    """What is told of this one: how many are left is said once they are few."""
    return Shown(item.salable > 0, max(item.salable, 0) if item.salable <= item.low_at else None)


class Holdings:
    """Items with their stocks, locked for the rest of the transaction; `settle` it once all has moved.

    Everybody locks reservations first, then all items at once in the order of variants, then their stocks in the order
    of variants and locations, so that no two wait for each other in a circle. An item's lock is that of its stocks too.
    """

    def __init__(self, variant_ids: Iterable[UUID], *, begun: Collection[UUID] = ()) -> None:
        """``begun`` are those that nobody counted until now."""
        wanted = sorted(set(variant_ids))
        items = select(Item).where(Item.variant_id.in_(wanted)).order_by(Item.variant_id).with_for_update()
        self.items = {item.variant_id: item for item in session().scalars(items)}
        self._before = {each: UNCOUNTED if each in begun else shown(item) for each, item in self.items.items()}
        self._stocks = self._locked_stocks()
        self._movements: list[dict[str, Any]] = []

    def _locked_stocks(self) -> dict[UUID, dict[UUID, Stock]]:
        """By item, its stocks by location, in the market's order of locations."""
        found: dict[UUID, dict[UUID, Stock]] = {variant_id: {} for variant_id in self.items}
        if found:
            query = select(Stock, Location.position).join(Location, Location.id == Stock.location_id)
            query = query.where(Stock.variant_id.in_(found)).order_by(Stock.variant_id, Stock.location_id)
            rows = session().execute(query.with_for_update(of=Stock)).all()
            for stock, _ in sorted(rows, key=lambda row: (row.position, row.Stock.location_id)):
                found[stock.variant_id][stock.location_id] = stock
        return found

    def stock(self, variant_id: UUID, location_id: UUID) -> Stock:
        """What a location has of a counted variant; begun with nothing where it had none."""
        stocks = self._stocks[variant_id]
        if location_id not in stocks:
            stock = Stock(variant_id=variant_id, location_id=location_id, on_hand=0, reserved=0, sequence=0)
            session().add(stock)
            stocks[location_id] = stock
        return stocks[location_id]

    def allocate(self, variant_id: UUID, quantity: int) -> Mapping[UUID, int]:
        """From which locations so many are taken, the market's first ones first, with what is sold beyond the stock."""
        parts: dict[UUID, int] = {}
        for location_id, stock in self._stocks[variant_id].items():
            if (part := min(max(stock.available, 0), quantity)) > 0:
                parts[location_id] = part
                quantity -= part
        if quantity:
            first = next(iter(self._stocks[variant_id]), None) or self._first_location(variant_id)
            parts[first] = parts.get(first, 0) + quantity
        return parts

    def _first_location(self, variant_id: UUID) -> UUID:
        of_market = select(Location.id).where(Location.market_id == self.items[variant_id].market_id)
        return session().scalars(of_market.order_by(Location.position, Location.id).limit(1)).one()

    def move(
        self,
        kind: Kind,
        variant_id: UUID,
        location_id: UUID,
        *,
        reference: str,
        on_hand: int = 0,
        reserved: int = 0,
        reason: Reason | None = None,
    ) -> None:
        """Move a counted variant, and note it in the history."""
        item, stock = self.items[variant_id], self.stock(variant_id, location_id)
        for each in (item, stock):
            each.on_hand += on_hand
            each.reserved += reserved
        stock.sequence += 1
        self._movements.append(
            {
                "market_id": item.market_id,
                "variant_id": variant_id,
                "location_id": location_id,
                "sequence": stock.sequence,
                "kind": kind,
                "on_hand_change": on_hand,
                "reserved_change": reserved,
                "on_hand": stock.on_hand,
                "reserved": stock.reserved,
                "reference": reference,
                "reason": reason,
                "by_id": current_principal().user_id,
            }
        )

    def settle(self) -> None:
        """Write all of it down, and tell what is different for everybody, and what runs low."""
        for variant_id in sorted(self.items):
            self._tell(self.items[variant_id])
        session().flush()
        if self._movements:
            session().execute(insert(Movement), self._movements)
            self._movements = []

    def _tell(self, item: Item) -> None:
        ids = {"variant_id": item.variant_id, "product_id": item.product_id, "market_id": item.market_id}
        was_low, item.is_low = item.is_low, item.available <= item.low_at
        if item.is_low and not was_low:
            publish(StockLow(**ids, available=item.available, low_at=item.low_at))
        now_shown = shown(item)
        if now_shown != self._before[item.variant_id]:
            self._before[item.variant_id] = now_shown
            publish(StockChanged(**ids, in_stock=now_shown.in_stock, left=now_shown.left))
