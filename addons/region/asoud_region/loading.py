"""Puts the regions that ship with the package into the database: as often as wanted, with the same result.

Rows are known by their Persian names. What is there is brought up to date and keeps its id; what operators or other
addons added stays.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple
from uuid import UUID

from asoud_iran.services import alphabet_key
from sqlalchemy import Table, delete, insert, select, update

from addon_sdk import new_id, platform, session, transaction
from asoud_region.keys import keys_of
from asoud_region.models import City, Country, Province, city_key

CACHE_TAG = "region.regions"
IRAN = {"code": "IR", "name_fa": "ایران", "name_en": "Iran"}
_ROWS_AT_ONCE = 1000


class _Row(NamedTuple):
    province_fa: str
    province_en: str
    city_fa: str
    city_en: str
    latitude: float | None
    longitude: float | None


def read_rows() -> Iterator[_Row]:
    """The cities of the shipped file with their provinces."""
    with files("asoud_region").joinpath("data", "iran_regions.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            place = [float(row[name]) if row[name] else None for name in ("latitude", "longitude")]
            yield _Row(row["province_fa"], row["province_en"], row["city_fa"], row["city_en"], *place)


@transaction
def load_regions() -> None:
    """Insert what is missing and update what has changed, then drop cached answers."""
    rows = list(read_rows())
    country = _country()
    provinces = _provinces(country, rows)
    _cities(provinces, rows)
    platform.cache.drop_tags(CACHE_TAG)


def reload_regions(previous_version: str) -> None:
    """Bring the regions up to date after an upgrade."""
    load_regions()


def _country() -> UUID:
    found = session().scalar(select(Country.id).where(Country.code == IRAN["code"]))
    return found or session().execute(insert(Country).values(id=new_id(), **IRAN).returning(Country.id)).scalar_one()


def _provinces(country: UUID, rows: list[_Row]) -> dict[str, UUID]:
    names = {row.province_fa: row.province_en for row in rows}
    there = {row.name_fa: row for row in session().scalars(select(Province).where(Province.country_id == country))}
    for position, name in enumerate(sorted(names, key=alphabet_key)):
        values = {"name_en": names[name], "position": position}
        if name in there:
            session().execute(update(Province).where(Province.id == there[name].id).values(**values))
        else:
            session().add(Province(country_id=country, name_fa=name, **values))
    session().flush()
    return dict(session().execute(select(Province.name_fa, Province.id).where(Province.country_id == country)).all())


def _cities(provinces: dict[str, UUID], rows: list[_Row]) -> None:
    order = sorted(rows, key=lambda row: (alphabet_key(row.city_fa), alphabet_key(row.province_fa)))
    there = {(city.province_id, city.name_fa): city for city in session().scalars(select(City))}
    added: list[dict[str, object]] = []
    keys: dict[tuple[UUID, str], int] = {}
    for position, row in enumerate(order):
        natural = {"province_id": provinces[row.province_fa], "name_fa": row.city_fa}
        values = {"name_en": row.city_en, "latitude": row.latitude, "longitude": row.longitude, "position": position}
        city = there.get((provinces[row.province_fa], row.city_fa))
        city_id = city.id if city else new_id()
        if city is None:
            added.append({"id": city_id, **natural, **values})
        elif any(getattr(city, name) != value for name, value in values.items()):
            session().execute(update(City).where(City.id == city.id).values(**values))
        keys |= {(city_id, key): rank for key, rank in keys_of((row.city_fa, row.city_en)).items()}
    _insert(City, added)
    _keys(keys)


def _keys(wanted: dict[tuple[UUID, str], int]) -> None:
    """Make the keys of these cities what they should be."""
    loaded = {city_id for city_id, _ in wanted}
    there = {(row.city_id, row.key): row.rank for row in session().execute(select(city_key)) if row.city_id in loaded}
    stale = [pair for pair, rank in there.items() if wanted.get(pair) != rank]
    for city_id, key in stale:
        session().execute(delete(city_key).where(city_key.c.city_id == city_id, city_key.c.key == key))
    fresh = [
        {"city_id": city_id, "key": key, "rank": rank}
        for (city_id, key), rank in wanted.items()
        if there.get((city_id, key)) != rank
    ]
    _insert(city_key, fresh)


def _insert(target: type[City] | Table, rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        session().execute(insert(target), rows[start : start + _ROWS_AT_ONCE])
