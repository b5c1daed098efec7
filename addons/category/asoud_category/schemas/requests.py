"""Requests for categories, in and out."""

from __future__ import annotations

from marshmallow import ValidationError, validates_schema

from addon_sdk import AnyOf, ListQuery, Schema, fields
from asoud_category.models import CategoryRequest, RequestState
from asoud_category.schemas.fields import Name, Title


class MissingCategorySchema(Schema):
    """A user's request for a category that is missing."""

    class Meta:
        model = CategoryRequest

    id = fields.Id(dump_only=True)
    user_id = fields.Id(dump_only=True)
    title = Title(required=True, metadata={"example": "تعمیر پهپاد"})
    explanation = fields.CleanText(1000, multiline=True)
    parent_id = fields.Id(allow_none=True, metadata={"description": "Where one would look for it."})
    state = fields.Enum(RequestState, dump_only=True)
    answer = fields.String(dump_only=True)
    category_id = fields.Id(
        dump_only=True, allow_none=True, metadata={"description": "The category that was made of it, or that fits."}
    )
    created_at = fields.Timestamp(dump_only=True)
    decided_at = fields.Timestamp(dump_only=True, allow_none=True)


class AcceptanceSchema(Schema):
    """What comes of a request: a new category (`slug`), or one that fits (`category_id`), or an answer alone."""

    answer = fields.CleanText(1000, multiline=True)
    slug = Name("slug", max_length=80, metadata={"description": "Makes a category with this slug."})
    title = Title(metadata={"description": "Its title, if other than asked for."})
    title_en = Title(allow_none=True)
    parent_id = fields.Id(allow_none=True, metadata={"description": "Its parent, if other than asked for."})
    category_id = fields.Id()

    @validates_schema
    def _one_way(self, data: dict[str, object], **_: object) -> None:
        if "slug" in data and "category_id" in data:
            raise ValidationError("Send a slug or the category that fits, not both.", "category_id")
        for name in ("title", "title_en", "parent_id"):
            if name in data and "slug" not in data:
                raise ValidationError("This is for a new category; send its slug too.", name)


class RejectionSchema(Schema):
    """Why a request is rejected."""

    answer = fields.CleanText(1000, min_length=1, required=True, multiline=True)


class RequestQuery(ListQuery):
    """How to list requests: the newest first."""

    state = AnyOf(fields.Enum(RequestState), CategoryRequest.state)
    user_id = AnyOf(fields.Id(), CategoryRequest.user_id)

    class Meta:
        model = CategoryRequest
