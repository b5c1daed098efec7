"""Counts beside a list."""

from __future__ import annotations

from asoud_category.models import AttributeType

from addon_sdk import Schema, fields
from asoud_product.models import Label, ProductKind, SellType


class CountSchema(Schema):
    """A number of products, exact up to 10,000."""

    count = fields.Integer()
    more = fields.Boolean(metadata={"description": "Whether there are more than `count`."})


class NamedCountSchema(CountSchema):
    """Products of one market, city or category."""

    id = fields.Id()
    title = fields.String()


class KindCountSchema(CountSchema):
    """Goods, or services."""

    value = fields.Enum(ProductKind)


class LabelCountSchema(CountSchema):
    """Products with one label."""

    value = fields.Enum(Label)


class SellTypeCountSchema(CountSchema):
    """Products that are sold in one way."""

    value = fields.Enum(SellType)


class AvailableCountSchema(CountSchema):
    """Products that can be had, or cannot."""

    value = fields.Boolean()


class ValueCountSchema(CountSchema):
    """Products with one value of an attribute; `key:value` is the filter."""

    value = fields.String()
    title = fields.String()


class AttributeFacetSchema(Schema):
    """Values of one attribute."""

    key = fields.String()
    title = fields.String()
    type = fields.Enum(AttributeType)
    unit = fields.String(allow_none=True)
    values = fields.List(fields.Nested(ValueCountSchema))


class PricesSchema(Schema):
    """Lowest and highest price, in the smallest unit of the currency."""

    least = fields.Integer(allow_none=True)
    most = fields.Integer(allow_none=True)


class FacetsSchema(Schema):
    """What a list could be narrowed by, and how many products would remain."""

    total = fields.Nested(CountSchema)
    prices = fields.Nested(PricesSchema)
    categories = fields.List(fields.Nested(NamedCountSchema))
    markets = fields.List(fields.Nested(NamedCountSchema))
    cities = fields.List(fields.Nested(NamedCountSchema))
    kind = fields.List(fields.Nested(KindCountSchema))
    label = fields.List(fields.Nested(LabelCountSchema))
    sell_type = fields.List(fields.Nested(SellTypeCountSchema))
    is_available = fields.List(fields.Nested(AvailableCountSchema))
    attributes = fields.List(
        fields.Nested(AttributeFacetSchema),
        metadata={"description": "Of filterable attributes, once exactly one category is chosen."},
    )
    incomplete = fields.List(
        fields.String(),
        metadata={
            "description": "Facets that may have more values than are counted, such as `markets` or "
            "`attributes/brand`: each counts 30 at most, and of what is open only what the first 10,000 products have.",
            "example": ["markets"],
        },
    )
