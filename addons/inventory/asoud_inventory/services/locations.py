"""Where a market keeps goods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asoud_market.services import demand_market
from sqlalchemy import func, or_, select

from addon_sdk import NotFound, ValidationFailed, session, setting, transaction, translate
from asoud_inventory.models import Adjustment, Decision, Location, Stock
from asoud_inventory.problems import LocationInUse, TooManyLocations
from asoud_inventory.services.access import lock_locations


def locations_of(market_id: UUID) -> list[Location]:
    """A market's locations, in the order in which goods are taken from them."""
    order = (Location.position, Location.id)
    return list(session().scalars(select(Location).where(Location.market_id == market_id).order_by(*order)))


def list_locations(market_id: UUID) -> list[Location]:
    """The same for those who may see them. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "inventory.view")
    return locations_of(market_id)


def version_of(market_id: UUID, **location: UUID) -> str:
    """What the ETag of a market's locations is made of. Raises NotFound for strangers."""
    return "\n".join(f"{each.id} {each.position} {each.name}" for each in list_locations(market_id))


def locked_version_of(market_id: UUID, **location: UUID) -> str:
    """The same, with the locations locked for the update that follows. Raises NotFound for strangers."""
    lock_locations(market_id)
    return version_of(market_id)


@transaction
def first_location(market_id: UUID, name: str | None = None) -> Location:
    """The location from which a market sells first; made when it has none, in the caller's language or as told."""
    there = locations_of(market_id)
    if not there:
        lock_locations(market_id)
        there = locations_of(market_id) or [_added(market_id, {"name": name or translate("Main location")})]
    return there[0]


@transaction
def add_location(market_id: UUID, values: Mapping[str, Any]) -> Location:
    """Add a location, last in order unless told otherwise.

    Raises NotFound, PermissionDenied, `TooManyLocations`, ValidationFailed.
    """
    demand_market(market_id, "inventory.edit")
    lock_locations(market_id)
    count, last = (
        session()
        .execute(select(func.count(), func.max(Location.position)).where(Location.market_id == market_id))
        .one()
    )
    if count >= setting("max_locations"):
        raise TooManyLocations
    return _added(market_id, {"position": 0 if last is None else last + 1, **values})


@transaction
def change_location(market_id: UUID, location_id: UUID, values: Mapping[str, Any]) -> Location:
    """Rename a location, or put it elsewhere in the order. Raises NotFound, PermissionDenied, ValidationFailed."""
    location = _of_market(market_id, location_id)
    for name, value in values.items():
        setattr(location, name, value)
    _check_name(location)
    session().flush()
    return location


@transaction
def delete_location(market_id: UUID, location_id: UUID) -> None:
    """Delete a location that is empty; its movements stay. Raises NotFound, PermissionDenied, `LocationInUse`."""
    location = _of_market(market_id, location_id)
    # Locked, so that nobody puts something there meanwhile: whatever refers to it waits.
    session().execute(select(Location.id).where(Location.id == location_id).with_for_update())
    full = select(Stock.id).where(Stock.location_id == location_id, or_(Stock.on_hand != 0, Stock.reserved != 0))
    waiting = select(Adjustment.id).where(Adjustment.location_id == location_id, Adjustment.state == Decision.PENDING)
    if len(locations_of(market_id)) == 1 or session().scalar(select(or_(full.exists(), waiting.exists()))):
        raise LocationInUse
    session().delete(location)
    session().flush()


def _of_market(market_id: UUID, location_id: UUID) -> Location:
    demand_market(market_id, "inventory.edit")
    lock_locations(market_id)
    location = session().get(Location, location_id)
    if location is None or location.market_id != market_id:
        raise NotFound
    return location


def _added(market_id: UUID, values: Mapping[str, Any]) -> Location:
    location = Location(market_id=market_id, **values)
    _check_name(location)
    session().add(location)
    session().flush()
    return location


def _check_name(location: Location) -> None:
    same = select(Location.id).where(Location.market_id == location.market_id, Location.name == location.name)
    with session().no_autoflush:
        if any(each != location.id for each in session().scalars(same)):
            raise ValidationFailed.of("/name", "taken", "Another location of the market has this name.")
