"""Products as their market sees them, and what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from marshmallow import validate

from addon_sdk import AnyOf, ListQuery, Schema, fields
from asoud_product.models import (
    Corner,
    Label,
    Product,
    ProductKind,
    SellType,
    ShipPayer,
    Status,
    Variant,
)
from asoud_product.schemas.pictures import FileAddress, PictureSchema
from asoud_product.services import values
from asoud_product.services.pictures import shown_of
from asoud_product.services.prices import OWN_PRICES, PRICES

_Price = partial(fields.Money, minimum=None)
"""What it may be at least, the rules of prices say, beside all else that is wrong."""
_KEYWORD = fields.CleanText(50, min_length=1)


class ShippingOptionSchema(Schema):
    """A way of shipping and what it costs."""

    id = fields.Id(metadata={"description": "Send it back to keep the option; without it there is a new one."})
    name = fields.CleanText(100, min_length=1, required=True, metadata={"example": "پیک موتوری"})
    price = fields.Money(required=True)


class OptionSchema(Schema):
    """One way in which variants differ."""

    name = fields.CleanText(40, min_length=1, required=True, metadata={"example": "رنگ"})
    values = fields.List(
        fields.CleanText(40, min_length=1),
        required=True,
        validate=validate.Length(1, 50),
        metadata={"example": ["سرخ", "آبی"]},
    )


class SkuField(fields.CleanText):
    """A market's own number for a variant, in ASCII digits whatever digits it was written in."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return fields.fold_digits(super()._deserialize(value, attr, data, **kwargs))


class VariantSchema(Schema):
    """What is put into a cart."""

    class Meta:
        model = Variant

    id = fields.Id(dump_only=True)
    sku = SkuField(64, min_length=1, metadata={"description": "The market's own number; made when it is missing."})
    choice = fields.Dict(
        keys=fields.CleanText(40),
        values=fields.CleanText(40),
        metadata={"example": {"رنگ": "سرخ"}, "description": "By name of each option, one of its values."},
    )
    main_price = _Price(allow_none=True, metadata={"description": "Its own price; null: the product's."})
    colleague_price = _Price(allow_none=True)
    sale_price = _Price(allow_none=True)
    barcode = fields.CleanText(32, allow_none=True)
    weight_grams = fields.Integer(validate=validate.Range(0, 100_000_000), allow_none=True)
    picture_id = fields.Id(allow_none=True, metadata={"description": "One of the product's pictures."})
    is_available = fields.Boolean()


class ProductFieldsSchema(Schema):
    """What a market says about a product."""

    class Meta:
        model = Product

    kind = fields.Enum(ProductKind, required=True)
    name = fields.CleanText(200, min_length=2, required=True, metadata={"example": "نان سنگک کنجدی"})
    description = fields.CleanText(10_000, multiline=True)
    technical_detail = fields.CleanText(10_000, multiline=True)
    keywords = fields.List(_KEYWORD, validate=validate.Length(max=20))
    category_id = fields.Id(allow_none=True)
    attributes = fields.Dict(
        keys=fields.String(validate=validate.Length(max=50)),
        metadata={"description": "By key of each attribute of the category; see its /attributes."},
    )
    main_price = _Price(required=True, metadata={"description": "What everybody pays; 1 or more."})
    colleague_price = _Price(allow_none=True, metadata={"description": "What the market's colleagues see and pay."})
    marketer_price = _Price(allow_none=True)
    maximum_price = _Price(allow_none=True, metadata={"description": "What a marketer may ask at most."})
    is_marketer = fields.Boolean(metadata={"description": "Whether marketers may sell it on."})
    sale_price = _Price(allow_none=True, metadata={"description": "Instead of the main price, for a time."})
    sale_starts_at = fields.Timestamp(allow_none=True)
    sale_ends_at = fields.Timestamp(allow_none=True)
    label = fields.Enum(Label)
    label_corner = fields.Enum(Corner)
    sell_type = fields.Enum(SellType)
    ship_payer = fields.Enum(ShipPayer)
    shipping_options = fields.List(fields.Nested(ShippingOptionSchema), validate=validate.Length(max=20))
    is_available = fields.Boolean()
    is_advertised = fields.Boolean()
    needs_appointment = fields.Boolean(metadata={"description": "Of a service: a time is agreed first."})
    appointment_minutes = fields.Integer(
        allow_none=True,
        validate=validate.Range(5, 1440),
        metadata={"description": "How long an appointment takes; required where one is needed."},
    )
    shelf_id = fields.Id(allow_none=True)
    shelf_position = fields.Integer(validate=validate.Range(0, 1_000_000))
    required_id = fields.Id(allow_none=True, metadata={"description": "A product that must be bought with it."})
    gift_id = fields.Id(allow_none=True, metadata={"description": "A product that comes with it."})
    video_id = fields.Id(allow_none=True, metadata={"description": "An upload of the kind `product.video`."})


class NewProductSchema(ProductFieldsSchema):
    """A product with its options and variants; without variants it gets one."""

    options = fields.List(fields.Nested(OptionSchema), validate=validate.Length(max=5))
    variants = fields.List(fields.Nested(VariantSchema), validate=validate.Length(max=1000))


class ProductSchema(ProductFieldsSchema):
    """A product, for those who belong to its market."""

    id = fields.Id(dump_only=True)
    market_id = fields.Id(dump_only=True)
    status = fields.Enum(Status, dump_only=True)
    is_public = fields.Boolean(dump_only=True)
    current_price = fields.Money(dump_only=True)
    is_purchasable = fields.Boolean(
        dump_only=True, metadata={"description": "Whether it and at least one of its variants can be had."}
    )
    pictures = fields.List(fields.Nested(PictureSchema), dump_only=True)
    video_url = FileAddress(attribute="video_id", dump_only=True, allow_none=True)
    options = fields.List(fields.Nested(OptionSchema), dump_only=True)
    created_at = fields.Timestamp(dump_only=True)
    updated_at = fields.Timestamp(dump_only=True)


class OptionsSchema(Schema):
    """In which ways variants differ."""

    options = fields.List(fields.Nested(OptionSchema), required=True, validate=validate.Length(max=5))


class MyProductQuery(ListQuery):
    """Which of a market's products."""

    status = AnyOf(fields.Enum(Status), Product.status)
    shelf_id = AnyOf(fields.Id(), Product.shelf_id)
    category_id = AnyOf(fields.Id(), Product.category_id)
    kind = AnyOf(fields.Enum(ProductKind), Product.kind)
    q = fields.CleanText(100, min_length=1, metadata={"description": "Beginnings of words, or a variant's number."})

    class Meta:
        model = Product
        sort: ClassVar = {
            "created_at": Product.id,
            "name": Product.name_key,
            "price": Product.current_price,
            "shelf": Product.shelf_position,
        }
        default_sort = "-created_at"


def as_owner(product: Product) -> dict[str, Any]:
    """A product as `ProductSchema` shows it: money, and addresses of pictures."""
    row = {column.key: getattr(product, column.key) for column in product.__mapper__.column_attrs}
    for name in (*PRICES, "current_price"):
        row[name] = product.money(row[name])
    options = [{**option, "price": product.money(option["price"])} for option in product.shipping_options]
    row["attributes"] = values.current(product)
    return {**row, "pictures": shown_of(product), "shipping_options": options}


def as_variant(product: Product, variant: Variant) -> dict[str, Any]:
    """A variant as `VariantSchema` shows it: with money in its product's currency."""
    row = {column.key: getattr(variant, column.key) for column in variant.__mapper__.column_attrs}
    for name in OWN_PRICES:
        row[name] = product.money(row[name])
    return row
