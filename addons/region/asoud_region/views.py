"""REST: everybody may read regions, and answers are kept until the regions change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, NotFound, Page, cached, public, raises
from asoud_region import schemas, services
from asoud_region.loading import CACHE_TAG
from asoud_region.models import City

blp = Blueprint("region", description="Countries, provinces and cities.")

_kept = cached(seconds=3600, tags=[CACHE_TAG])


@blp.get("/tree")
@public
@_kept
@blp.page(schemas.TreeCountrySchema)
def list_tree() -> Page:
    """List all countries with their provinces and cities, in one call."""
    return Page(services.tree())


@blp.get("/countries")
@public
@_kept
@blp.page(schemas.CountrySchema)
def list_countries() -> Page:
    """List the countries."""
    return services.list_countries()


@blp.get("/provinces")
@public
@_kept
@blp.arguments(schemas.ProvinceQuery, location="query")
@blp.page(schemas.ProvinceSchema)
def list_provinces(query: ListArgs) -> Page:
    """List provinces."""
    return services.list_provinces(query)


@blp.get("/cities")
@public
@_kept
@blp.arguments(schemas.CityQuery, location="query")
@blp.page(schemas.CitySchema)
def list_cities(query: ListArgs) -> Page:
    """List cities."""
    return services.list_cities(query)


@blp.get("/cities/search")
@public
@_kept
@blp.arguments(schemas.CitySearch, location="query")
@blp.page(schemas.CitySchema)
def search_cities(query: ListArgs) -> Page:
    """Find cities by a part of their name, in any spelling."""
    return services.search_cities(query)


@blp.get("/cities/nearest")
@public
@blp.arguments(schemas.PlaceQuery, location="query")
@blp.page(schemas.NearCitySchema)
def list_nearest_cities(query: dict[str, Any]) -> Page:
    """List the cities nearest to a place."""
    return Page(services.nearest_cities(**query))


@blp.get("/cities/<uuid:city_id>")
@public
@raises(NotFound)
@_kept
@blp.response(200, schemas.CitySchema)
def get_city(city_id: UUID) -> City:
    """Show a city."""
    return services.get_city(city_id)
