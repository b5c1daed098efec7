"""The SQL of every read, built once. Columns, not entities: these are the hottest reads of all addons."""

from __future__ import annotations

from sqlalchemy import Integer, and_, bindparam, case, func, select, type_coerce

from asoud_region.keys import WHOLE
from asoud_region.models import City, Country, Province, city_key

COUNTRIES = select(Country.id, Country.code, Country.name_fa, Country.name_en).order_by(Country.code)

PROVINCES = select(Province.id, Province.country_id, Province.name_fa, Province.name_en).join(
    Country, Country.id == Province.country_id
)

_CITY = (
    City.id,
    City.province_id,
    City.name_fa,
    City.name_en,
    City.latitude,
    City.longitude,
    Province.name_fa.label("province_fa"),
    Province.name_en.label("province_en"),
)

CITIES = select(*_CITY).join(Province, Province.id == City.province_id)

TREE_PROVINCES = select(Province.id, Province.country_id, Province.name_fa, Province.name_en).order_by(
    Province.position
)
TREE_CITIES = select(City.id, City.province_id, City.name_fa, City.name_en, City.latitude, City.longitude).order_by(
    City.position
)

_EXACT = -1
_is_the_name = and_(city_key.c.rank == WHOLE, city_key.c.key == bindparam("first_key"))
_matches = (
    select(
        city_key.c.city_id,
        func.min(case((_is_the_name, _EXACT), else_=city_key.c.rank)).label("rank"),
    )
    .where(city_key.c.key >= bindparam("first_key"), city_key.c.key < bindparam("after_keys"))
    .group_by(city_key.c.city_id)
    .subquery("matches")
)
SEARCH = CITIES.join(_matches, _matches.c.city_id == City.id)
"""Cities with a key from ``first_key`` to before ``after_keys``."""

RELEVANCE = type_coerce(_matches.c.rank * 1_000_000 + City.position, Integer)
"""Exact names first, then beginnings of names, of words, and what stands inside; alphabetical among equals."""

_east = (City.longitude - bindparam("longitude")) * bindparam("shrink")
_north = City.latitude - bindparam("latitude")
NEAREST = (
    CITIES.where(
        City.latitude.between(bindparam("south"), bindparam("north")),
        City.longitude.between(bindparam("west"), bindparam("east")),
    )
    .order_by(_east * _east + _north * _north)
    .limit(bindparam("candidates", type_=Integer))
)
"""Cities in a box, ordered as on a flat map: near enough to choose the candidates for an exact measure."""
