"""The rules of regions; other addons import these."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from addon_sdk import ListArgs, NotFound, Page, paginate, read_connection, session
from asoud_region import statements
from asoud_region.keys import key_range
from asoud_region.models import City

EARTH_RADIUS_M = 6_371_009
_KM_PER_DEGREE = 111.2
_SPARE_CANDIDATES = 10
_POLE = 0.01


class TreeProvince(NamedTuple):
    """A province with its cities."""

    id: UUID
    name_fa: str
    name_en: str
    cities: Sequence[Any]


class TreeCountry(NamedTuple):
    """A country with its provinces."""

    id: UUID
    code: str
    name_fa: str
    name_en: str
    provinces: Sequence[TreeProvince]


def tree() -> list[TreeCountry]:
    """Every country with its provinces and their cities, in three statements, in alphabetical order."""
    connection = read_connection()
    cities: defaultdict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(statements.TREE_CITIES).all():
        cities[row[0]].append(row)  # by place: a row's attributes cost ten times as much
    provinces: defaultdict[UUID, list[TreeProvince]] = defaultdict(list)
    for position, country, *own in connection.execute(statements.TREE_PROVINCES).all():
        provinces[country].append(TreeProvince(*own, cities[position]))
    return [TreeCountry(*row, provinces[row.id]) for row in connection.execute(statements.COUNTRIES).all()]


def list_countries() -> Page:
    """All countries."""
    return Page(read_connection().execute(statements.COUNTRIES).all())


def list_provinces(args: ListArgs) -> Page:
    """A page of provinces."""
    return paginate(statements.PROVINCES, args, on=read_connection())


def list_cities(args: ListArgs) -> Page:
    """A page of cities."""
    return paginate(statements.CITIES, args, on=read_connection())


def search_cities(args: ListArgs) -> Page:
    """A page of the cities whose names contain ``q`` in any spelling, the best match first."""
    keys = key_range(args["q"])
    if keys is None:
        return Page([])
    return paginate(statements.SEARCH, args, {"first_key": keys[0], "after_keys": keys[1]}, on=read_connection())


def get_city(city_id: UUID) -> City:
    """A city. Raises `NotFound`."""
    city = session().get(City, city_id)
    if city is None:
        raise NotFound
    return city


def nearest_cities(latitude: float, longitude: float, *, limit: int = 1, within_km: int = 200) -> list[dict[str, Any]]:
    """The cities nearest to a place in degrees, at most ``limit`` and none farther than ``within_km``.

    Each is a row of the city with ``distance_m``, metres as the crow flies. Only cities with coordinates count.
    """
    shrink = max(math.cos(math.radians(latitude)), _POLE)  # a degree of longitude is shorter away from the equator
    reach = within_km / _KM_PER_DEGREE
    box = {
        "south": latitude - reach,
        "north": latitude + reach,
        "west": longitude - reach / shrink,
        "east": longitude + reach / shrink,
    }
    centre = {"latitude": latitude, "longitude": longitude, "shrink": shrink, "candidates": limit + _SPARE_CANDIDATES}
    rows = read_connection().execute(statements.NEAREST, {**box, **centre}).mappings()
    found = [{**row, "distance_m": distance_m(latitude, longitude, row["latitude"], row["longitude"])} for row in rows]
    near = [city for city in found if city["distance_m"] <= within_km * 1000]
    return sorted(near, key=lambda city: city["distance_m"])[:limit]


def distance_m(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> int:
    """Metres between two places in degrees, along the surface of a round earth (haversine)."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    half_north = (other_north - north) / 2
    half_east = math.radians(other_longitude - longitude) / 2
    root = math.sin(half_north) ** 2 + math.cos(north) * math.cos(other_north) * math.sin(half_east) ** 2
    return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(root, 1.0))))
