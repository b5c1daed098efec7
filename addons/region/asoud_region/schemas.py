"""What goes in and out over REST."""

from __future__ import annotations

from typing import ClassVar

from marshmallow import validate

from addon_sdk import AnyOf, ListQuery, Schema, fields
from asoud_region.models import City, Country, Province
from asoud_region.statements import RELEVANCE, city, country, province


class CountrySchema(Schema):
    """A country."""

    class Meta:
        model = Country

    id = fields.Id(dump_only=True)
    code = fields.String(metadata={"example": "IR", "description": "ISO 3166-1."})
    name_fa = fields.String()
    name_en = fields.String()


class ProvinceSchema(Schema):
    """A province."""

    class Meta:
        model = Province

    id = fields.Id(dump_only=True)
    country_id = fields.Id()
    name_fa = fields.String(metadata={"example": "یزد"})
    name_en = fields.String(metadata={"example": "Yazd"})


class CitySchema(Schema):
    """A city with its province. Coordinates are in degrees, and null for smaller cities."""

    class Meta:
        model = City

    id = fields.Id(dump_only=True)
    province_id = fields.Id()
    province_fa = fields.String()
    province_en = fields.String()
    name_fa = fields.String(metadata={"example": "تهران"})
    name_en = fields.String(metadata={"example": "Tehran"})
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)


class NearCitySchema(CitySchema):
    """A city and how far away it is."""

    distance_m = fields.Integer(metadata={"description": "Metres, as the crow flies."})


class TreeCitySchema(Schema):
    """A city in the tree."""

    id = fields.Id(dump_only=True)
    name_fa = fields.String()
    name_en = fields.String()
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)


class TreeProvinceSchema(Schema):
    """A province in the tree, with its cities."""

    id = fields.Id(dump_only=True)
    name_fa = fields.String()
    name_en = fields.String()
    cities = fields.List(fields.Nested(TreeCitySchema))


class TreeCountrySchema(Schema):
    """A country with all its provinces and their cities, in alphabetical order."""

    id = fields.Id(dump_only=True)
    code = fields.String()
    name_fa = fields.String()
    name_en = fields.String()
    provinces = fields.List(fields.Nested(TreeProvinceSchema))


class ProvinceQuery(ListQuery):
    """Which provinces."""

    country = AnyOf(
        fields.String(validate=validate.Length(equal=2)),
        country.c.code,
        metadata={"description": "ISO 3166-1 code of a country, in capitals.", "example": ["IR"]},
    )

    class Meta:
        model = Province
        key = province.c.id
        sort: ClassVar = {"name": province.c.position}
        default_sort = "name"


class CityQuery(ListQuery):
    """Which cities."""

    province_id = AnyOf(fields.Id(), city.c.province_id)

    class Meta:
        model = City
        key = city.c.id
        sort: ClassVar = {"name": city.c.position}
        default_sort = "name"


class CitySearch(ListQuery):
    """What to search for."""

    q = fields.CleanText(
        64,
        min_length=1,
        required=True,
        metadata={"description": "A name or a part of one, Persian or Latin.", "example": "تهران"},
    )
    province_id = AnyOf(fields.Id(), city.c.province_id)

    class Meta:
        model = City
        key = city.c.id
        sort: ClassVar = {"relevance": RELEVANCE}
        default_sort = "relevance"


class PlaceQuery(Schema):
    """Where one is."""

    latitude = fields.Float(required=True, validate=validate.Range(-90, 90), metadata={"example": 35.7})
    longitude = fields.Float(required=True, validate=validate.Range(-180, 180), metadata={"example": 51.4})
    limit = fields.Integer(load_default=1, validate=validate.Range(1, 20))
    within_km = fields.Integer(
        load_default=200, validate=validate.Range(1, 1000), metadata={"description": "How far to look."}
    )
