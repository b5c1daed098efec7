"""What goes in and out."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields

MOST = 1_000_000
_QUANTITY = validate.Range(1, MOST)


class OpenedSchema(Schema):
    """A cart that was opened."""

    id = fields.Id()
    token = fields.String(
        allow_none=True,
        metadata={"description": "A guest sends it as `X-Cart-Token` with all that he does. Null for users."},
    )


class AdjustmentSchema(Schema):
    """One reason why something costs more or less than its price."""

    phase = fields.String()
    code = fields.String(metadata={"example": "sale"})
    title = fields.String()
    amount = fields.Money(minimum=None, metadata={"description": "Below zero: taken off."})
    is_included = fields.Boolean(metadata={"description": "Contained in the price already; it adds nothing."})
    source = fields.String(metadata={"description": "What has made it."})
    details = fields.Dict()


class OptionSchema(Schema):
    """How a variant differs from others."""

    name = fields.String()
    value = fields.String()


class CartLineSchema(Schema):
    """So many of a variant, with what they cost."""

    id = fields.Id()
    variant_id = fields.Id()
    product_id = fields.Id()
    title = fields.String()
    options = fields.List(fields.Nested(OptionSchema))
    sku = fields.String()
    quantity = fields.Integer()
    available = fields.Integer(
        allow_none=True, metadata={"description": "How many can be had; null where nobody counts."}
    )
    unit_price = fields.Money()
    subtotal = fields.Money(metadata={"description": "Unit price times quantity."})
    adjustments = fields.List(fields.Nested(AdjustmentSchema))
    total = fields.Money(metadata={"description": "Subtotal with all adjustments."})


class MarketPartSchema(Schema):
    """What is bought of one market; it becomes one order."""

    market_id = fields.Id()
    name = fields.String()
    lines = fields.List(fields.Nested(CartLineSchema))
    adjustments = fields.List(fields.Nested(AdjustmentSchema), metadata={"description": "Of the whole, as shipping."})
    delivery = fields.Dict(allow_none=True, metadata={"description": "How it gets to the buyer."})
    goods = fields.Money(metadata={"description": "The sum of its lines."})
    total = fields.Money()


class TenderSchema(Schema):
    """A part that is paid otherwise, as from a wallet."""

    code = fields.String()
    title = fields.String()
    amount = fields.Money()


class ObstacleSchema(Schema):
    """Why the cart can't be ordered as it is, and the mend."""

    code = fields.String()
    message = fields.String()
    line_id = fields.Id(allow_none=True)
    market_id = fields.Id(allow_none=True)


class ChangeSchema(Schema):
    """What is different from what was seen."""

    line_id = fields.Id()
    code = fields.String(validate=validate.OneOf(["price_rose", "price_fell"]))
    message = fields.String()
    before = fields.Money()
    after = fields.Money()


class CartSchema(Schema):
    """What is in a cart, what it costs now, and why."""

    id = fields.Id()
    currency = fields.String(allow_none=True, metadata={"description": "Null while it is empty."})
    markets = fields.List(fields.Nested(MarketPartSchema))
    subtotal = fields.Money(allow_none=True)
    total = fields.Money(allow_none=True)
    tenders = fields.List(fields.Nested(TenderSchema))
    payable = fields.Money(allow_none=True, metadata={"description": "The total less what is paid otherwise."})
    obstacles = fields.List(fields.Nested(ObstacleSchema), metadata={"description": "Empty: it can be ordered."})
    changes = fields.List(fields.Nested(ChangeSchema), metadata={"description": "Since its owner took note."})
    tag = fields.String(metadata={"description": "Changes with all that a buyer agrees to; checkout asks for it."})


class LineSchema(Schema):
    """What is put into a cart."""

    variant_id = fields.Id(required=True)
    quantity = fields.Integer(load_default=1, validate=_QUANTITY, metadata={"example": 2})


class QuantitySchema(Schema):
    """How many of it."""

    quantity = fields.Integer(required=True, validate=_QUANTITY, metadata={"example": 3})


class TokenSchema(Schema):
    """Whose cart is merged."""

    token = fields.String(
        required=True, validate=validate.Length(1, 500), metadata={"description": "What the guest's cart came with."}
    )
