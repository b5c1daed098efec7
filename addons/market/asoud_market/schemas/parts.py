"""Contact, hours, pictures and gateway of a market."""

from __future__ import annotations

import datetime as dt
from typing import Any

from asoud_iran.schemas import Mobile
from marshmallow import ValidationError, validate, validates_schema

from addon_sdk import AnyOf, ListQuery, Schema, fields, now
from asoud_market.models import Gateway, GatewayChoice, GatewayState, Picture, PicturePurpose
from asoud_market.schemas.common import ClockTime

_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
_GREGORIAN = "Write the day by the Gregorian calendar, between 2000 and 2100, as 2026-03-21."
MESSENGERS = ("telegram", "whatsapp", "eitaa", "bale", "rubika", "soroush", "igap", "gap", "signal")
_PHONE = validate.Regexp(r"(\+?[0-9][0-9 -]{3,18})?\Z", error="Write a telephone number in digits, as 02112345678.")


class Digits(fields.String):
    """A number that people dial, in digits of any script."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return fields.fold_digits(super()._deserialize(value, attr, data, **kwargs)).strip()


class MessengerSchema(Schema):
    """An account in a messenger."""

    app = fields.String(required=True, validate=validate.OneOf(MESSENGERS))
    account = fields.CleanText(64, required=True, min_length=1)


class ContactSchema(Schema):
    """How customers reach a market."""

    mobile = Mobile(load_default=None, allow_none=True)
    second_mobile = Mobile(load_default=None, allow_none=True)
    telephone = Digits(load_default="", validate=_PHONE)
    fax = Digits(load_default="", validate=_PHONE)
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(max=254))
    website = fields.Link(300, load_default=None, allow_none=True)
    instagram = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"[A-Za-z0-9._]{1,30}\Z", error="An Instagram name has letters, digits, . and _."),
    )
    telegram = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"[A-Za-z][A-Za-z0-9_]{4,31}\Z", error="A Telegram name has 5 to 32 letters."),
    )
    messengers = fields.List(fields.Nested(MessengerSchema), load_default=list, validate=validate.Length(max=20))


class SpanSchema(Schema):
    """From when until when; until 24:00 for midnight."""

    opens = ClockTime(required=True)
    closes = ClockTime(required=True)


class DayOffSchema(Schema):
    """A day on which the market is closed."""

    date = fields.Date(required=True, validate=validate.Range(_FIRST, _LAST, error=_GREGORIAN))
    note = fields.CleanText(120, load_default="")


class HoursSchema(Schema):
    """When a market is open, by the clock of Tehran."""

    shows_hours = fields.Boolean(
        required=True, metadata={"description": "Without them there is no open or closed badge."}
    )
    rests_on_holidays = fields.Boolean(load_default=True, metadata={"description": "Iran's public holidays."})
    week = fields.List(
        fields.List(fields.Nested(SpanSchema), validate=validate.Length(max=8)),
        required=True,
        metadata={"description": "Seven days, Saturday first; a day without spans is closed."},
    )
    days_off = fields.List(fields.Nested(DayOffSchema), load_default=list, validate=validate.Length(max=200))

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: object) -> None:
        week = data.get("week", [])
        if len(week) != 7:
            raise ValidationError("A week has seven days, Saturday first.", "week")
        for place, day in enumerate(week):
            last = 0
            for span in day:
                if span["opens"] < last or span["closes"] <= span["opens"]:
                    text = "Each span ends after it begins and begins after the one before."
                    raise ValidationError({place: [text]}, "week")
                last = span["closes"]


def _in_these_years(moment: dt.datetime) -> None:
    validate.Range(_FIRST, _LAST, error=_GREGORIAN)(moment.date())


class ClosureSchema(Schema):
    """A temporary closure; without an end until further notice."""

    closed_from = fields.Timestamp(
        load_default=None, allow_none=True, validate=_in_these_years, metadata={"description": "By default now."}
    )
    closed_until = fields.Timestamp(load_default=None, allow_none=True, validate=_in_these_years)
    note = fields.CleanText(200, load_default="")

    @validates_schema
    def _forward(self, data: dict[str, Any], **_: object) -> None:
        begin, end = data.get("closed_from") or now(), data.get("closed_until")
        if end is not None and end <= begin:
            raise ValidationError("A closure ends after it begins.", "closed_until")


class OpeningSchema(Schema):
    """Whether a market is open at this moment."""

    is_open = fields.Boolean()
    reason = fields.String(
        allow_none=True, metadata={"description": "Why not: `temporary`, `day_off`, `holiday` or `hours`."}
    )
    until = fields.Timestamp(allow_none=True, metadata={"description": "When that changes, as far as known."})


class HoursShownSchema(HoursSchema):
    """Hours, closure and badge."""

    closed_from = fields.Timestamp(allow_none=True, dump_only=True)
    closed_until = fields.Timestamp(allow_none=True, dump_only=True)
    closed_note = fields.String(dump_only=True)
    opening = fields.Nested(OpeningSchema, allow_none=True, dump_only=True)


class NewPictureSchema(Schema):
    """An upload of the kind ``market.picture``, for the slides or the gallery."""

    file_id = fields.Id(required=True)
    purpose = fields.Enum(PicturePurpose, load_default=PicturePurpose.SLIDER)
    title = fields.CleanText(120, load_default="")
    link = fields.Link(load_default=None, allow_none=True)


class PictureChangeSchema(Schema):
    """What to change about a picture."""

    title = fields.CleanText(120)
    link = fields.Link(allow_none=True)
    position = fields.Integer(validate=validate.Range(0, 200), metadata={"description": "Its place, from 0."})


class PictureSchema(Schema):
    """A slide, or a picture of the gallery."""

    class Meta:
        model = Picture

    id = fields.Id(dump_only=True)
    purpose = fields.Enum(PicturePurpose)
    file_id = fields.Id()
    title = fields.String()
    link = fields.String(allow_none=True)
    position = fields.Integer()


class NewGatewaySchema(Schema):
    """Whose gateway takes the money."""

    choice = fields.Enum(GatewayChoice, required=True)
    provider = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"[a-z][a-z0-9_]{1,39}\Z", error="The provider's name in small letters."),
        metadata={"example": "zarinpal"},
    )
    merchant_id = fields.CleanText(120, load_default=None, allow_none=True)
    api_key = fields.String(load_only=True, allow_none=True, validate=validate.Length(4, 500))

    @validates_schema
    def _whole(self, data: dict[str, Any], **_: object) -> None:
        if data.get("choice") is not GatewayChoice.PERSONAL:
            return
        missing = [name for name in ("provider", "merchant_id") if not data.get(name)]
        if missing:
            raise ValidationError({name: ["A gateway of one's own needs this."] for name in missing})


class GatewaySchema(Schema):
    """Whose gateway takes a market's money. The key is never shown."""

    class Meta:
        model = Gateway

    market_id = fields.Id()
    choice = fields.Enum(GatewayChoice)
    state = fields.Enum(GatewayState)
    provider = fields.String(allow_none=True)
    merchant_id = fields.String(allow_none=True)
    has_api_key = fields.Boolean()
    note = fields.String()
    decided_at = fields.Timestamp(allow_none=True)


class GatewayDecisionSchema(Schema):
    """Whether the market may use the site's gateway."""

    approved = fields.Boolean(required=True)
    note = fields.CleanText(500, load_default="")


class GatewayQuery(ListQuery):
    """Which choices."""

    choice = AnyOf(fields.Enum(GatewayChoice), Gateway.choice)
    state = AnyOf(fields.Enum(GatewayState), Gateway.state)

    class Meta:
        model = Gateway
