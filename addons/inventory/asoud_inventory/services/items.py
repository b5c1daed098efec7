"""What a market has of each variant, and what it says about that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from asoud_market.services import demand_market
from asoud_product.models import Product, Variant
from sqlalchemy import Row, func, select
from sqlalchemy.dialects import postgresql, sqlite

from addon_sdk import ListArgs, NotFound, Page, new_id, now, paginate, session, setting, transaction
from asoud_inventory.models import Item, Location, Movement, Reservation, ReservedLine, State, Stock
from asoud_inventory.problems import SoldBeyond
from asoud_inventory.scope import MARKET
from asoud_inventory.services.access import variant_of
from asoud_inventory.services.holdings import Holdings

_ITEMS = (
    select(Item, Variant.sku, Variant.choice, Product.name)
    .join(Variant, Variant.id == Item.variant_id)
    .join(Product, Product.id == Item.product_id)
)

_LATE = (
    select(ReservedLine.variant_id, ReservedLine.location_id, func.sum(ReservedLine.quantity))
    .join(Reservation, Reservation.id == ReservedLine.reservation_id)
    .where(Reservation.state == State.HELD, ReservedLine.location_id.is_not(None))
)


class Availability(NamedTuple):
    """What is there of a variant at this moment."""

    on_hand: int
    reserved: int
    salable: int
    """How many may be sold, also beyond the stock."""


def availability(variant_ids: Collection[UUID]) -> dict[UUID, Availability]:
    """By variant, what is there now, without reservations whose time is over. Those that nobody counts are absent."""
    items = session().scalars(select(Item).where(Item.variant_id.in_(variant_ids))).all()
    late = _late_by_place(item.variant_id for item in items)
    return {item.variant_id: _now(item, _of_all_places(late, item.variant_id)) for item in items}


def list_items(market_id: UUID, args: ListArgs) -> Page:
    """A page of what a market counts. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "inventory.view")
    page = paginate(_ITEMS.where(Item.market_id == market_id), args)
    late = _late_by_place(row.Item.variant_id for row in page.items)
    return Page([_told(row, late) for row in page.items], page.next)


def get_item(market_id: UUID, variant_id: UUID) -> dict[str, Any]:
    """A variant's stock with that of each location. Raises NotFound, PermissionDenied."""
    variant = variant_of(market_id, variant_id, "inventory.view")
    late = _late_by_place([variant_id])
    row = session().execute(_ITEMS.where(Item.variant_id == variant_id)).one_or_none()
    if row is None:
        return _uncounted(variant)
    stocks = select(Stock, Location.name).join(Location, Location.id == Stock.location_id)
    places = session().execute(stocks.where(Stock.variant_id == variant_id).order_by(Location.position, Location.id))
    return {
        **_told(row, late),
        "stocks": [
            {
                "location_id": stock.location_id,
                "name": name,
                "on_hand": stock.on_hand,
                "reserved": stock.reserved - late.get((variant_id, stock.location_id), 0),
            }
            for stock, name in places
        ],
    }


def stamp_of(market_id: UUID, variant_id: UUID) -> str:
    """What the ETag of a variant's stock is made of, by one statement. Raises NotFound for another market's variant.

    It is when something of it has changed, and how much of it is free because its time is over.
    """
    late = _LATE.with_only_columns(func.sum(ReservedLine.quantity)).where(Reservation.expires_at <= now())
    named = select(func.max(Location.updated_at)).where(Location.market_id == market_id)
    query = (
        select(
            Variant.updated_at,
            Product.updated_at.label("product_updated_at"),
            Item.updated_at.label("item_updated_at"),
            late.where(ReservedLine.variant_id == variant_id).scalar_subquery(),
            named.scalar_subquery(),
        )
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Item, Item.variant_id == Variant.id)
    )
    row = session().execute(query.where(Variant.id == variant_id, Variant.market_id == market_id)).one_or_none()
    if row is None:
        raise NotFound
    return " ".join(map(str, row))


def locked_stamp_of(market_id: UUID, variant_id: UUID) -> str:
    """The same, locked for the update that follows. Raises NotFound for strangers."""
    variant_of(market_id, variant_id, "inventory.view")
    Holdings([variant_id])
    return stamp_of(market_id, variant_id)


@transaction
def change_item(market_id: UUID, variant_id: UUID, values: Mapping[str, int]) -> dict[str, Any]:
    """Say how many may be sold beyond the stock, and from when on it is low; begins to count what wasn't counted.

    Raises NotFound, PermissionDenied, `SoldBeyond`.
    """
    holdings = counted([variant_of(market_id, variant_id, "inventory.edit")])
    item = holdings.items[variant_id]
    beyond = max(-item.available, 0)
    if values.get("backorder_limit", beyond) < beyond:
        raise SoldBeyond(beyond=beyond)
    for name, value in values.items():
        setattr(item, name, value)
    holdings.settle()
    return get_item(market_id, variant_id)


def counted(variants: Collection[Variant]) -> Holdings:
    """These variants of one market, locked, those that were not counted with nothing in stock from now on."""
    known = set(session().scalars(select(Item.variant_id).where(Item.variant_id.in_([each.id for each in variants]))))
    new = [each for each in variants if each.id not in known]
    if new:
        low_at = setting("low_at", (MARKET, new[0].market_id))
        rows = [_begun(each, low_at) for each in sorted(new, key=lambda each: each.id)]
        dialect = postgresql if session().get_bind().dialect.name == "postgresql" else sqlite
        session().execute(dialect.insert(Item).on_conflict_do_nothing(), rows)
    return Holdings((variant.id for variant in variants), begun={variant.id for variant in new})


def list_movements(market_id: UUID, args: ListArgs) -> Page:
    """A page of a market's movements, the latest first. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "inventory.view")
    return paginate(select(Movement).where(Movement.market_id == market_id), args)


def _late_by_place(variant_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], int]:
    """By variant and location, what is still noted as reserved though its time is over."""
    if not (wanted := list(variant_ids)):
        return {}
    query = _LATE.where(Reservation.expires_at <= now(), ReservedLine.variant_id.in_(wanted))
    rows = session().execute(query.group_by(ReservedLine.variant_id, ReservedLine.location_id))
    return {(variant_id, location_id): int(total) for variant_id, location_id, total in rows if location_id}


def _of_all_places(late: Mapping[tuple[UUID, UUID], int], variant_id: UUID) -> int:
    return sum(quantity for (each, _), quantity in late.items() if each == variant_id)


def _now(item: Item, late: int) -> Availability:
    return Availability(item.on_hand, item.reserved - late, item.salable + late)


def _told(row: Row[Any], late: Mapping[tuple[UUID, UUID], int]) -> dict[str, Any]:
    item: Item = row.Item
    present = _now(item, _of_all_places(late, item.variant_id))
    own = {name: getattr(item, name) for name in ("product_id", "backorder_limit", "low_at", "is_low", "updated_at")}
    told = {"id": item.variant_id, "sku": row.sku, "choice": row.choice, "name": row.name, "is_counted": True}
    return {**told, **own, **present._asdict()}


def _uncounted(variant: Variant) -> dict[str, Any]:
    told = {name: getattr(variant, name) for name in ("id", "product_id", "sku", "choice")}
    told["name"] = session().scalar(select(Product.name).where(Product.id == variant.product_id))
    unknown = dict.fromkeys(("on_hand", "reserved", "salable", "backorder_limit", "low_at", "updated_at"))
    return {**told, **unknown, "is_counted": False, "is_low": False, "stocks": []}


def _begun(variant: Variant, low_at: int) -> dict[str, Any]:
    at = now()
    ids = {"id": new_id(), "variant_id": variant.id, "product_id": variant.product_id, "market_id": variant.market_id}
    nothing = {"on_hand": 0, "reserved": 0, "backorder_limit": 0, "is_low": False}
    return {**ids, **nothing, "low_at": low_at, "created_at": at, "updated_at": at}
