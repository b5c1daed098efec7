"""A product's life: moves, decisions, and what happened."""

from __future__ import annotations

from typing import ClassVar

from marshmallow import validate

from addon_sdk import AnyOf, ListQuery, Schema, fields
from asoud_product.models import Actor, Product, Status
from asoud_product.schemas.products import ProductSchema


class MoveSchema(Schema):
    """Where to lead a product."""

    to = fields.Enum(Status, required=True)
    reason = fields.CleanText(500, load_default="", multiline=True)


class ActionsSchema(Schema):
    """What the caller may do with a product now."""

    status = fields.Enum(Status)
    moves = fields.List(fields.Enum(Status), metadata={"description": "Where POST …/moves can lead it."})
    may_edit = fields.Boolean()
    may_delete = fields.Boolean()
    missing = fields.List(
        fields.String(), metadata={"description": "JSON pointers of what its publication still needs."}
    )


class ChangeSchema(Schema):
    """One line of a product's history; never changed."""

    id = fields.Id()
    actor = fields.Enum(Actor)
    by_id = fields.Id(allow_none=True)
    from_status = fields.Enum(Status, allow_none=True)
    to_status = fields.Enum(Status)
    fields_ = fields.Dict(
        data_key="fields",
        attribute="fields",
        metadata={"description": "By name of each field that changed, what it was and what it is."},
    )
    reason = fields.String()
    created_at = fields.Timestamp()


class PriceChangeSchema(Schema):
    """What a product cost from a moment on."""

    id = fields.Id()
    variant_id = fields.Id(allow_none=True, metadata={"description": "Whose own price it is; null: the product's."})
    sku = fields.String(allow_none=True, metadata={"description": "The variant's number at that time."})
    main_price = fields.Money(allow_none=True)
    colleague_price = fields.Money(allow_none=True)
    marketer_price = fields.Money(allow_none=True)
    maximum_price = fields.Money(allow_none=True)
    sale_price = fields.Money(allow_none=True)
    sale_starts_at = fields.Timestamp(allow_none=True)
    sale_ends_at = fields.Timestamp(allow_none=True)
    by_id = fields.Id(allow_none=True)
    created_at = fields.Timestamp()


class DecidedSchema(Schema):
    """A product and the version that was looked at."""

    id = fields.Id(required=True)
    version = fields.Integer(required=True)


class DecisionSchema(Schema):
    """What the site's staff decides on several products at once."""

    to = fields.Enum(Status, required=True)
    reason = fields.CleanText(500, load_default="", multiline=True)
    products = fields.List(fields.Nested(DecidedSchema), required=True, validate=validate.Length(1, 200))


class ReviewedSchema(ProductSchema):
    """A product, for the site's staff."""

    version = fields.Integer(dump_only=True)
    market_name = fields.String(dump_only=True)


class ReviewQuery(ListQuery):
    """Which products the site's staff looks at."""

    status = AnyOf(fields.Enum(Status), Product.status)
    market_id = AnyOf(fields.Id(), Product.market_id)
    category_id = AnyOf(fields.Id(), Product.category_id)

    class Meta:
        model = Product
        sort: ClassVar = {"created_at": Product.id}
