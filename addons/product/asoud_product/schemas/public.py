"""Products as everybody sees them, and how they are found."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import ValidationError, validate, validates_schema

from addon_sdk import AnyOf, Between, ListQuery, Schema, fields
from asoud_product.models import Corner, Label, Product, ProductKind, SellType, ShipPayer, Variant
from asoud_product.schemas.pictures import FileAddress, Pictures
from asoud_product.schemas.products import OptionSchema, ShippingOptionSchema
from asoud_product.schemas.shelves import ShelfSchema

_PRICE = "What is to be paid now; of several variants that can be had, the lowest."
_MAIN_PRICE = "The same without a sale."


class ProductCardSchema(Schema):
    """A product in a list."""

    class Meta:
        model = Product

    id = fields.Id()
    kind = fields.Enum(ProductKind)
    name = fields.String()
    category_id = fields.Id(allow_none=True)
    market_id = fields.Id()
    market_name = fields.String()
    market_business_id = fields.String(allow_none=True)
    city_id = fields.Id(allow_none=True)
    city_fa = fields.String(allow_none=True)
    city_en = fields.String(allow_none=True)
    price = fields.Money(metadata={"description": _PRICE})
    main_price = fields.Money(metadata={"description": _MAIN_PRICE})
    label = fields.Enum(Label)
    label_corner = fields.Enum(Corner)
    sell_type = fields.Enum(SellType)
    is_available = fields.Boolean()
    pictures = Pictures(metadata={"description": "The first is the cover."})
    published_at = fields.Timestamp(attribute="listed_at")


class ColleagueCardSchema(ProductCardSchema):
    """A product in a list for a colleague of its market."""

    colleague_price = fields.Money(allow_none=True)


class FrontSchema(ShelfSchema):
    """A shelf of a shop front, with the first products on it."""

    products = fields.List(fields.Nested(ProductCardSchema))


class NeighbourSchema(Schema):
    """A product that must be bought with another, or comes with it."""

    id = fields.Id()
    name = fields.String()
    price = fields.Money()
    pictures = Pictures()


class ShownVariantSchema(Schema):
    """What is put into a cart."""

    class Meta:
        model = Variant

    id = fields.Id(attribute="variant.id")
    sku = fields.String(attribute="variant.sku")
    choice = fields.Dict(keys=fields.String(), values=fields.String(), attribute="variant.choice")
    price = fields.Money()
    main_price = fields.Money()
    colleague_price = fields.Money(allow_none=True)
    weight_grams = fields.Integer(attribute="variant.weight_grams", allow_none=True)
    picture_id = fields.Id(attribute="variant.picture_id", allow_none=True)
    is_available = fields.Boolean()


class ProductPageSchema(Schema):
    """All that everybody sees of a product, in one call."""

    class Meta:
        model = Product

    id = fields.Id(attribute="product.id")
    kind = fields.Enum(ProductKind, attribute="product.kind")
    name = fields.String(attribute="product.name")
    description = fields.String(attribute="product.description")
    technical_detail = fields.String(attribute="product.technical_detail")
    keywords = fields.List(fields.String(), attribute="product.keywords")
    category_id = fields.Id(attribute="product.category_id", allow_none=True)
    attributes = fields.Dict(keys=fields.String())
    market_id = fields.Id(attribute="product.market_id")
    market_name = fields.String(attribute="market.name")
    market_business_id = fields.String(attribute="market.business_id", allow_none=True)
    city_id = fields.Id(attribute="product.city_id", allow_none=True)
    city_fa = fields.String(allow_none=True)
    city_en = fields.String(allow_none=True)
    price = fields.Money(metadata={"description": _PRICE})
    main_price = fields.Money(metadata={"description": _MAIN_PRICE})
    colleague_price = fields.Money(
        allow_none=True, metadata={"description": "What the caller pays as a colleague of the market; else null."}
    )
    on_sale_until = fields.Timestamp(allow_none=True, metadata={"description": "When the sale ends; null without one."})
    label = fields.Enum(Label, attribute="product.label")
    label_corner = fields.Enum(Corner, attribute="product.label_corner")
    sell_type = fields.Enum(SellType, attribute="product.sell_type")
    ship_payer = fields.Enum(ShipPayer, attribute="product.ship_payer")
    shipping_options = fields.List(fields.Nested(ShippingOptionSchema))
    is_available = fields.Boolean(
        attribute="product.is_purchasable", metadata={"description": "Whether at least one variant can be had."}
    )
    needs_appointment = fields.Boolean(attribute="product.needs_appointment")
    appointment_minutes = fields.Integer(attribute="product.appointment_minutes", allow_none=True)
    shelf_id = fields.Id(attribute="product.shelf_id", allow_none=True)
    pictures = Pictures()
    video_url = FileAddress(attribute="product.video_id", allow_none=True)
    options = fields.List(fields.Nested(OptionSchema), attribute="product.options")
    variants = fields.List(fields.Nested(ShownVariantSchema))
    required = fields.Nested(NeighbourSchema, allow_none=True)
    gift = fields.Nested(NeighbourSchema, allow_none=True)
    published_at = fields.Timestamp(attribute="product.listed_at")


class ProductQuery(ListQuery):
    """Which public products, and in which order."""

    category_id = AnyOf(fields.Id(), Product.category_id, metadata={"description": "With all categories below it."})
    market_id = AnyOf(fields.Id(), Product.market_id)
    shelf_id = AnyOf(fields.Id(), Product.shelf_id)
    city_id = AnyOf(fields.Id(), Product.city_id)
    province_id = AnyOf(fields.Id(), Product.province_id)
    kind = AnyOf(fields.Enum(ProductKind), Product.kind)
    label = AnyOf(fields.Enum(Label), Product.label)
    sell_type = AnyOf(fields.Enum(SellType), Product.sell_type)
    is_available = AnyOf(fields.Boolean(), Product.is_purchasable)
    price = Between(fields.Integer(validate=validate.Range(0, 10**15)), Product.current_price)
    attribute = fields.List(
        fields.String(validate=validate.Length(3, 300)),
        validate=validate.Length(1, 20),
        metadata={
            "example": ["color:red", "memory:4..8"],
            "description": "An attribute's key, a colon, and a value or a range. Of one key any, of several all.",
        },
    )
    latitude = fields.Float(validate=validate.Range(-90, 90), metadata={"example": 35.7})
    longitude = fields.Float(validate=validate.Range(-180, 180), metadata={"example": 51.4})
    within_km = fields.Integer(
        validate=validate.Range(1, 100),
        metadata={"description": "How far from the place that latitude and longitude name; by default 5."},
    )
    q = fields.CleanText(
        100, min_length=1, metadata={"description": "Beginnings of words, in any spelling; a typing error is forgiven."}
    )

    class Meta:
        model = Product
        sort: ClassVar = {
            "published_at": Product.listed_at,
            "price": Product.current_price,
            "name": Product.name_key,
            "shelf": Product.shelf_position,
        }
        default_sort = "-published_at"

    @validates_schema
    def _both(self, data: dict[str, Any], **_: object) -> None:
        place = [name for name in ("latitude", "longitude") if name not in data]
        if len(place) == 1:
            raise ValidationError("Latitude and longitude go together.", place[0])
        if place and "within_km" in data:
            raise ValidationError("Say by latitude and longitude from where.", "within_km")
        if data.get("sort", "").endswith("shelf") and "shelf_id" not in data:
            raise ValidationError("Products have an order on a shelf; say which by shelf_id.", "sort")
