"""What goes in and out."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import AnyOf, ListQuery, Schema, fields
from asoud_inventory.models import Adjustment, Decision, Item, Kind, Location, Movement, Reason

MOST = 1_000_000_000
_PIECES = validate.Range(0, 1_000_000)
_BEYOND = "How many may be sold beyond the stock; 0: none."
_LOW = "From how many pieces on it is low."


class LocationSchema(Schema):
    """Where a market keeps goods."""

    class Meta:
        model = Location

    id = fields.Id(dump_only=True)
    name = fields.CleanText(120, min_length=1, required=True, metadata={"example": "انبار مرکزی"})
    position = fields.Integer(
        validate=validate.Range(0, 1_000_000),
        metadata={"description": "Goods are taken from the first location that has them."},
    )
    created_at = fields.Timestamp(dump_only=True)


class ItemSchema(Schema):
    """What a market has of a variant, in all locations together."""

    class Meta:
        model = Item

    id = fields.Id(dump_only=True, metadata={"description": "The variant's."})
    product_id = fields.Id(dump_only=True)
    name = fields.String(dump_only=True, metadata={"description": "The product's."})
    sku = fields.String(dump_only=True)
    choice = fields.Dict(keys=fields.String(), values=fields.String(), dump_only=True)
    is_counted = fields.Boolean(
        dump_only=True, metadata={"description": "What nobody counts is always in stock; the numbers are null then."}
    )
    on_hand = fields.Integer(dump_only=True, allow_none=True)
    reserved = fields.Integer(dump_only=True, allow_none=True)
    salable = fields.Integer(
        dump_only=True, allow_none=True, metadata={"description": "How many may be sold, also beyond the stock."}
    )
    backorder_limit = fields.Integer(validate=_PIECES, allow_none=True, metadata={"description": _BEYOND})
    low_at = fields.Integer(validate=_PIECES, allow_none=True, metadata={"description": _LOW})
    is_low = fields.Boolean(dump_only=True)
    updated_at = fields.Timestamp(dump_only=True, allow_none=True)


class StockSchema(Schema):
    """What one location has of a variant."""

    location_id = fields.Id()
    name = fields.String(metadata={"description": "The location's."})
    on_hand = fields.Integer()
    reserved = fields.Integer()


class ItemDetailSchema(ItemSchema):
    """What a market has of a variant, and where."""

    stocks = fields.List(fields.Nested(StockSchema), dump_only=True)


class ItemChangeSchema(Schema):
    """What a market says about a variant's stock."""

    backorder_limit = fields.Integer(validate=_PIECES, metadata={"description": _BEYOND})
    low_at = fields.Integer(validate=_PIECES, metadata={"description": _LOW})


class ItemQuery(ListQuery):
    """Which of a market's counted variants."""

    is_low = AnyOf(fields.Boolean(), Item.is_low)
    product_id = AnyOf(fields.Id(), Item.product_id)

    class Meta:
        model = Item


class MovementSchema(Schema):
    """One change of what a location has of a variant."""

    class Meta:
        model = Movement

    id = fields.Id()
    variant_id = fields.Id()
    location_id = fields.Id()
    kind = fields.Enum(Kind)
    on_hand_change = fields.Integer()
    reserved_change = fields.Integer()
    on_hand = fields.Integer(metadata={"description": "What the location has after it."})
    reserved = fields.Integer(metadata={"description": "What of it is reserved after it."})
    reference = fields.String(metadata={"description": "What it is about."})
    reason = fields.Enum(Reason, allow_none=True)
    by_id = fields.Id(allow_none=True)
    created_at = fields.Timestamp()


class MovementQuery(ListQuery):
    """Which of a market's movements, the latest first."""

    variant_id = AnyOf(fields.Id(), Movement.variant_id)
    location_id = AnyOf(fields.Id(), Movement.location_id)
    kind = AnyOf(fields.Enum(Kind), Movement.kind)
    reference = AnyOf(fields.String(validate=validate.Length(1, 100)), Movement.reference)

    class Meta:
        model = Movement


class AdjustmentSchema(Schema):
    """A change of stock that somebody says has happened."""

    class Meta:
        model = Adjustment

    id = fields.Id(dump_only=True)
    variant_id = fields.Id(required=True)
    location_id = fields.Id(metadata={"description": "By default the market's first."})
    change = fields.Integer(
        required=True,
        validate=[
            validate.Range(-MOST, MOST),
            validate.NoneOf([0], error="Say how many came or went; 0 is no change."),
        ],
        metadata={"description": "How many came; below zero: went.", "example": 24, "not": {"const": 0}},
    )
    reason = fields.Enum(Reason, required=True)
    note = fields.CleanText(500, load_default="")
    state = fields.Enum(Decision, dump_only=True)
    by_id = fields.Id(dump_only=True, allow_none=True)
    decided_by = fields.Id(dump_only=True, allow_none=True)
    decided_at = fields.Timestamp(dump_only=True, allow_none=True)
    created_at = fields.Timestamp(dump_only=True)


class AdjustmentQuery(ListQuery):
    """Which of a market's adjustments, the latest first."""

    state = AnyOf(fields.Enum(Decision), Adjustment.state)
    variant_id = AnyOf(fields.Id(), Adjustment.variant_id)
    reason = AnyOf(fields.Enum(Reason), Adjustment.reason)

    class Meta:
        model = Adjustment


class DecisionSchema(Schema):
    """What a second person says."""

    approved = fields.Boolean(required=True)


class TransferSchema(Schema):
    """Goods that go from one location to another."""

    id = fields.Id(dump_only=True, metadata={"description": "The reference of its two movements."})
    variant_id = fields.Id(required=True)
    from_id = fields.Id(required=True, metadata={"description": "The location that they leave."})
    to_id = fields.Id(required=True, metadata={"description": "The location that gets them."})
    quantity = fields.Integer(required=True, validate=validate.Range(1, MOST))
