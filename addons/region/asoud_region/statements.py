"""The SQL of every read, built once. Columns of tables, not of entities: SQLAlchemy's ORM costs these reads a third."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, Integer, String, and_, bindparam, case, func, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from asoud_region.keys import WHOLE
from asoud_region.models import City, Country, Province, city_key


class IdText(FunctionElement[str]):
    """A UUID column as its usual text, written by the database: a thousand UUIDs are slow to make in Python."""

    type = String()
    inherit_cache = True


@compiles(IdText)
def _cast(element: IdText, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS VARCHAR)"


@compiles(IdText, "sqlite")
def _with_dashes(element: IdText, compiler: SQLCompiler, **options: Any) -> str:
    digits = compiler.process(element.clauses, **options)
    return " || '-' || ".join(f"substr({digits}, {start}, {length})" for start, length in _GROUPS)


_GROUPS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))

country: FromClause = Country.__table__
province: FromClause = Province.__table__
city: FromClause = City.__table__

COUNTRIES = select(country.c.id, country.c.code, country.c.name_fa, country.c.name_en).order_by(country.c.code)

PROVINCES = select(province.c.id, province.c.country_id, province.c.name_fa, province.c.name_en).join(
    country, country.c.id == province.c.country_id
)

_PLACE = (city.c.name_fa, city.c.name_en, city.c.latitude, city.c.longitude)
_CITY = (
    city.c.id,
    city.c.province_id,
    *_PLACE,
    province.c.name_fa.label("province_fa"),
    province.c.name_en.label("province_en"),
)
CITIES = select(*_CITY).join(province, province.c.id == city.c.province_id)

TREE_PROVINCES = select(
    province.c.position, province.c.country_id, province.c.id, province.c.name_fa, province.c.name_en
).order_by(province.c.position)
TREE_CITIES = (
    select(province.c.position.label("province"), IdText(city.c.id).label("id"), *_PLACE)
    .join(province, province.c.id == city.c.province_id)
    .order_by(city.c.position)
)
"""A city's province is told by its position: an integer is found in a dict much faster than a UUID."""

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
SEARCH = CITIES.join(_matches, _matches.c.city_id == city.c.id)
"""Cities with a key from ``first_key`` to before ``after_keys``."""

RELEVANCE = type_coerce(_matches.c.rank * 1_000_000 + city.c.position, Integer)
"""Exact names first, then beginnings of names, of words, and what stands inside; alphabetical among equals."""

_east = (city.c.longitude - bindparam("longitude")) * bindparam("shrink")
_north = city.c.latitude - bindparam("latitude")
NEAREST = (
    CITIES.where(
        city.c.latitude.between(bindparam("south"), bindparam("north")),
        city.c.longitude.between(bindparam("west"), bindparam("east")),
    )
    .order_by(_east * _east + _north * _north)
    .limit(bindparam("candidates", type_=Integer))
)
"""Cities in a box, ordered as on a flat map: near enough to choose the candidates for an exact measure."""
