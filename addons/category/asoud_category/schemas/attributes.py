"""Attributes, in and out."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields
from asoud_category.models import AttributeType
from asoud_category.schemas.fields import Name, Title

MAX_CHOICES = 500


class ChoiceSchema(Schema):
    """One of the values that an attribute may have."""

    value = Name("value", max_length=50, required=True)
    title = Title(required=True)
    title_en = Title(allow_none=True, load_default=None)


class AttributeChangeSchema(Schema):
    """What to change of an attribute. Key and type may be sent as they are."""

    title = Title(metadata={"example": "ظرفیت حافظه"})
    title_en = Title(allow_none=True, metadata={"example": "Storage"})
    unit = fields.CleanText(30, min_length=1, allow_none=True, metadata={"example": "GB"})
    choices = fields.List(
        fields.Nested(ChoiceSchema),
        validate=validate.Length(max=MAX_CHOICES),
        metadata={"description": "In order; for the types `choice` and `choices` only."},
    )
    required = fields.Boolean(metadata={"description": "Whether everything in the category needs a value."})
    filterable = fields.Boolean(metadata={"description": "Whether lists are filtered by it."})
    position = fields.Integer(
        validate=validate.Range(0, 10_000), metadata={"description": "Place among the category's own, from 0."}
    )
    key = fields.String()
    type = fields.Enum(AttributeType)


class AttributeSchema(AttributeChangeSchema):
    """An attribute of everything in a category and its descendants."""

    id = fields.Id(dump_only=True)
    category_id = fields.Id(dump_only=True, metadata={"description": "Whose it is; descendants inherit it."})
    title = Title(required=True, metadata={"example": "ظرفیت حافظه"})
    key = Name("key", max_length=50, required=True, metadata={"example": "storage"})
    type = fields.Enum(AttributeType, required=True)
