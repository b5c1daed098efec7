"""Slides, in and out."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields
from addon_sdk.files import FileSchema
from asoud_category.models.category import MAX_TITLE
from asoud_category.schemas.fields import Link


class SlideSchema(Schema):
    """A picture of a category's slider, and where it leads."""

    id = fields.Id(dump_only=True)
    category_id = fields.Id(dump_only=True, metadata={"description": "Whose it is; an ancestor's where it has none."})
    file_id = fields.Id(required=True, load_only=True, metadata={"description": "An upload of kind `category.slide`."})
    title = fields.CleanText(MAX_TITLE)
    url = Link(allow_none=True, metadata={"example": "/categories/mobile"})
    position = fields.Integer(
        validate=validate.Range(0, 10_000), metadata={"description": "Place among the category's own, from 0."}
    )
    picture = fields.Nested(FileSchema, dump_only=True)
