"""Markets as everybody sees them, and what everybody does with them."""

from __future__ import annotations

from typing import ClassVar

from marshmallow import validate

from addon_sdk import AnyOf, ListQuery, Schema, fields
from addon_sdk.files import FileSchema
from asoud_market.models import Bookmark, Market, MarketKind, Report, ReportReason, ReportState, SharePlatform
from asoud_market.schemas.markets import ThemeSchema
from asoud_market.schemas.parts import ContactSchema, HoursShownSchema, OpeningSchema
from asoud_market.services.public import distance_square


class PlaceSchema(Schema):
    """Where a market is."""

    province_id = fields.Id(attribute="market.province_id", allow_none=True)
    province_fa = fields.String(allow_none=True)
    province_en = fields.String(allow_none=True)
    city_id = fields.Id(attribute="market.city_id", allow_none=True)
    city_fa = fields.String(allow_none=True)
    city_en = fields.String(allow_none=True)
    latitude = fields.Float(attribute="market.latitude", allow_none=True)
    longitude = fields.Float(attribute="market.longitude", allow_none=True)


class MarketCardSchema(PlaceSchema):
    """A market in a list."""

    id = fields.Id(attribute="market.id")
    kind = fields.Enum(MarketKind, attribute="market.kind")
    name = fields.String(attribute="market.name")
    slogan = fields.String(attribute="market.slogan")
    business_id = fields.String(attribute="market.business_id", allow_none=True)
    subdomain = fields.String(attribute="market.subdomain", allow_none=True)
    category_id = fields.Id(attribute="market.category_id", allow_none=True)
    logo = fields.Nested(FileSchema, allow_none=True)
    opening = fields.Nested(
        OpeningSchema, allow_none=True, metadata={"description": "Null for a market that doesn't tell its hours."}
    )
    view_count = fields.Integer(attribute="market.view_count")
    like_count = fields.Integer(attribute="market.like_count")
    published_at = fields.Timestamp(attribute="market.listed_at")


class NearMarketSchema(MarketCardSchema):
    """A market around a place."""

    distance_m = fields.Integer(metadata={"description": "Metres, as the crow flies."})


class ShownPictureSchema(Schema):
    """A slide, or a picture of the gallery."""

    id = fields.Id(attribute="picture.id")
    title = fields.String(attribute="picture.title")
    link = fields.String(attribute="picture.link", allow_none=True)
    file = fields.Nested(FileSchema)


class MarketPageSchema(MarketCardSchema):
    """All that everybody sees of a market, in one call."""

    description = fields.String(attribute="market.description")
    address = fields.String(attribute="market.address")
    postal_code = fields.String(attribute="market.postal_code", allow_none=True)
    theme = fields.Nested(ThemeSchema, attribute="market.theme")
    hours = fields.Nested(HoursShownSchema)
    background = fields.Nested(FileSchema, allow_none=True)
    badge = fields.Nested(FileSchema, allow_none=True)
    contact = fields.Nested(ContactSchema, allow_none=True)
    slides = fields.List(fields.Nested(ShownPictureSchema))
    gallery = fields.List(fields.Nested(ShownPictureSchema))
    bookmark_count = fields.Integer(attribute="market.bookmark_count")
    share_count = fields.Integer(attribute="market.share_count")
    liked = fields.Boolean(allow_none=True, metadata={"description": "By the caller; null for guests."})
    bookmarked = fields.Boolean(allow_none=True)


class MarketQuery(ListQuery):
    """Which published markets, and in which order."""

    category_id = AnyOf(fields.Id(), Market.category_id, metadata={"description": "With all categories below it."})
    city_id = AnyOf(fields.Id(), Market.city_id)
    province_id = AnyOf(fields.Id(), Market.province_id)
    kind = AnyOf(fields.Enum(MarketKind), Market.kind)
    q = fields.CleanText(
        100,
        min_length=1,
        metadata={"description": "Beginnings of words of name, slogan or description, in any spelling."},
    )

    class Meta:
        model = Market
        sort: ClassVar = {
            "published_at": Market.listed_at,
            "name": Market.name_key,
            "views": Market.view_count,
            "likes": Market.like_count,
        }
        default_sort = "-published_at"


class NearQuery(MarketQuery):
    """Which published markets around a place."""

    latitude = fields.Float(required=True, validate=validate.Range(-90, 90), metadata={"example": 35.7})
    longitude = fields.Float(required=True, validate=validate.Range(-180, 180), metadata={"example": 51.4})
    within_km = fields.Integer(
        load_default=5, validate=validate.Range(1, 100), metadata={"description": "How far to look."}
    )

    class Meta:
        model = Market
        sort: ClassVar = {"distance": distance_square}
        default_sort = "distance"


class BookmarkQuery(ListQuery):
    """How to list bookmarked markets, the latest bookmark first."""

    class Meta:
        model = Market
        key = Bookmark.id


class NewReportSchema(Schema):
    """What is wrong with a market."""

    reason = fields.Enum(ReportReason, required=True)
    text = fields.CleanText(2000, load_default="", multiline=True)


class ReportSchema(Schema):
    """A report about a market."""

    class Meta:
        model = Report

    id = fields.Id()
    market_id = fields.Id()
    user_id = fields.Id(allow_none=True)
    reason = fields.Enum(ReportReason)
    text = fields.String()
    state = fields.Enum(ReportState)
    note = fields.String()
    created_at = fields.Timestamp()


class ReportSentSchema(Schema):
    """The caller's report, without what the site's staff notes."""

    id = fields.Id()
    market_id = fields.Id()
    reason = fields.Enum(ReportReason)
    text = fields.String()
    created_at = fields.Timestamp()


class ReportChangeSchema(Schema):
    """How far the site's staff has come."""

    state = fields.Enum(ReportState, required=True)
    note = fields.CleanText(2000, multiline=True)


class ReportQuery(ListQuery):
    """Which reports."""

    state = AnyOf(fields.Enum(ReportState), Report.state)
    reason = AnyOf(fields.Enum(ReportReason), Report.reason)
    market_id = AnyOf(fields.Id(), Report.market_id)

    class Meta:
        model = Report


class ShareSchema(Schema):
    """Links for sharing a market."""

    url = fields.String()
    platforms = fields.Dict(keys=fields.String(), values=fields.String())


class NewShareSchema(Schema):
    """Where it was shared."""

    platform = fields.Enum(SharePlatform, required=True)


class ShareStatisticsSchema(Schema):
    """How often a market was shared."""

    total = fields.Integer()
    platforms = fields.Dict(keys=fields.String(), values=fields.Integer())


class LookSchema(Schema):
    """Whether the view was counted."""

    counted = fields.Boolean()
