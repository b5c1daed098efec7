"""A market as those see it who belong to it, and what they send."""

from __future__ import annotations

from typing import Any

from asoud_iran.schemas import PostalCode
from marshmallow import ValidationError, validate, validates_schema

from addon_sdk import AnyOf, ListQuery, Schema, fields
from asoud_market.business_ids import LONGEST, SHORTEST
from asoud_market.models import ApprovalKind, Market, MarketKind, Status

_COLOUR = validate.Regexp(r"#[0-9A-Fa-f]{6}\Z", error="Write a colour as #RRGGBB.")


class ThemeSchema(Schema):
    """Colours and fonts; what is left out is the site's own."""

    colour = fields.String(validate=_COLOUR, metadata={"example": "#0a7d5c", "sometimes": True})
    second_colour = fields.String(validate=_COLOUR, metadata={"sometimes": True})
    background_colour = fields.String(validate=_COLOUR, metadata={"sometimes": True})
    font = fields.CleanText(40, metadata={"example": "Vazirmatn", "sometimes": True})
    font_colour = fields.String(validate=_COLOUR, metadata={"sometimes": True})
    second_font_colour = fields.String(validate=_COLOUR, metadata={"sometimes": True})


class MarketSchema(Schema):
    """A market, for those who belong to it."""

    class Meta:
        model = Market

    id = fields.Id(dump_only=True)
    owner_id = fields.Id(dump_only=True)
    kind = fields.Enum(MarketKind, required=True)
    name = fields.CleanText(120, min_length=2, required=True, metadata={"example": "نان سنتی مادربزرگ"})
    business_id = fields.String(
        validate=validate.Length(SHORTEST, LONGEST),
        allow_none=True,
        metadata={"example": "nan-madar", "description": "Latin letters, digits, `_`, `-`; a letter first."},
    )
    slogan = fields.CleanText(200)
    description = fields.CleanText(5000, multiline=True)
    national_code = fields.String(
        validate=validate.Length(max=20),
        allow_none=True,
        metadata={"description": "Of a shop its owner's national code, of a company its national id."},
    )
    category_id = fields.Id(allow_none=True)
    subdomain = fields.String(dump_only=True, allow_none=True)
    status = fields.Enum(Status, dump_only=True)
    is_public = fields.Boolean(dump_only=True)
    is_paid = fields.Boolean(dump_only=True)
    first_published_at = fields.Timestamp(dump_only=True, allow_none=True)
    theme = fields.Nested(ThemeSchema, dump_only=True)
    logo_id = fields.Id(dump_only=True, allow_none=True)
    background_id = fields.Id(dump_only=True, allow_none=True)
    badge_id = fields.Id(dump_only=True, allow_none=True)
    view_count = fields.Integer(dump_only=True)
    like_count = fields.Integer(dump_only=True)
    bookmark_count = fields.Integer(dump_only=True)
    share_count = fields.Integer(dump_only=True)
    created_at = fields.Timestamp(dump_only=True)
    updated_at = fields.Timestamp(dump_only=True)


class MarketChangeSchema(MarketSchema):
    """What to change; a business id, once there, can be replaced but not taken away."""

    business_id = fields.String(validate=validate.Length(SHORTEST, LONGEST))


class MyMarketQuery(ListQuery):
    """How to list the markets that one belongs to."""

    status = AnyOf(fields.Enum(Status), Market.status)
    kind = AnyOf(fields.Enum(MarketKind), Market.kind)

    class Meta:
        model = Market


class BusinessIdQuery(Schema):
    """What somebody thinks of calling his market."""

    business_id = fields.String(required=True, validate=validate.Length(1, 100))
    market_id = fields.Id(metadata={"description": "The market that may have it already."})


class BusinessIdSchema(Schema):
    """Whether a business id can be had."""

    business_id = fields.String()
    available = fields.Boolean()
    reason = fields.String(allow_none=True, metadata={"description": "`format`, `reserved` or `taken`."})
    suggestions = fields.List(fields.String())


class ActionsSchema(Schema):
    """What the caller may do with a market now."""

    status = fields.Enum(Status)
    moves = fields.List(fields.Enum(Status), metadata={"description": "Where POST …/moves can lead it."})
    requests = fields.List(fields.Enum(ApprovalKind), metadata={"description": "What POST …/requests can ask for."})
    may_edit = fields.Boolean()
    may_preview = fields.Boolean()
    may_share = fields.Boolean()
    may_pay = fields.Boolean()
    missing = fields.List(
        fields.String(), metadata={"description": "JSON pointers of what is missing for its publication."}
    )


class StepSchema(Schema):
    """One step of opening a market."""

    name = fields.String(metadata={"description": "`profile`, `location`, `contact`, `hours`, `looks` or `gateway`."})
    is_required = fields.Boolean(metadata={"description": "Whether the publication needs it."})
    is_complete = fields.Boolean()
    missing = fields.List(fields.String(), metadata={"description": "JSON pointers below the market."})


class StepsSchema(Schema):
    """How far the opening of a market has come."""

    items = fields.List(fields.Nested(StepSchema), metadata={"description": "In their order."})
    next = fields.String(
        allow_none=True,
        metadata={"description": "The first required step that lacks something; null when nothing does."},
    )


class LocationSchema(Schema):
    """Where a market is, as far as told."""

    country = fields.String(metadata={"example": "IR"})
    province_id = fields.Id(allow_none=True, metadata={"description": "That of the city."})
    city_id = fields.Id(allow_none=True)
    address = fields.String()
    postal_code = fields.String(allow_none=True)
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)


class NewLocationSchema(Schema):
    """Where a market is; coordinates in degrees, both or none."""

    city_id = fields.Id(required=True, metadata={"description": "See /api/v1/region/cities."})
    address = fields.CleanText(500, required=True, min_length=5)
    postal_code = PostalCode(load_default=None, allow_none=True)
    latitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    longitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))

    @validates_schema
    def _both(self, data: dict[str, Any], **_: object) -> None:
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            missing = "latitude" if data.get("latitude") is None else "longitude"
            raise ValidationError("Latitude and longitude go together.", missing)
