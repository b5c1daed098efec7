"""Categories, in and out."""

from __future__ import annotations

from typing import ClassVar

from marshmallow import validate

from addon_sdk import AnyOf, ListQuery, Schema, fields
from asoud_category.models import MAX_DEPTH, Category
from asoud_category.schemas.attributes import AttributeSchema
from asoud_category.schemas.fields import Name, Title
from asoud_category.schemas.slides import SlideSchema

_POSITION = {"description": "Place among its siblings, from 0; beyond the last means the last."}


class CategoryChangeSchema(Schema):
    """What can be changed of a category; its place has an endpoint of its own."""

    class Meta:
        model = Category

    title = Title(required=True, metadata={"example": "گوشی موبایل"})
    title_en = Title(allow_none=True, metadata={"example": "Mobile phones"})
    slug = Name("slug", max_length=80, required=True, metadata={"example": "mobile-phones"})
    market_fee = fields.Money(
        allow_none=True, metadata={"description": "Null means that of the nearest ancestor that has one."}
    )
    is_active = fields.Boolean(metadata={"description": "Otherwise it is hidden with all that is below it."})


class CategorySchema(CategoryChangeSchema):
    """A category."""

    class Meta:
        model = Category

    id = fields.Id(dump_only=True)
    parent_id = fields.Id(allow_none=True, metadata={"description": "Null for a root."})
    position = fields.Integer(validate=validate.Range(0, 100_000), metadata=_POSITION)
    is_shown = fields.Boolean(dump_only=True, metadata={"description": "Whether it and all its ancestors are active."})
    created_at = fields.Timestamp(dump_only=True)
    updated_at = fields.Timestamp(dump_only=True)


class StepSchema(Schema):
    """A category on the way from the root."""

    id = fields.Id()
    title = fields.String()
    title_en = fields.String(allow_none=True)
    slug = fields.String()


class DetailSchema(CategorySchema):
    """A category with all that it inherits."""

    class Meta:
        model = Category

    path = fields.List(fields.Nested(StepSchema), metadata={"description": "From its root to itself."})
    effective_fee = fields.Money(metadata={"description": "What a market of this category pays."})
    attributes = fields.List(fields.Nested(AttributeSchema), metadata={"description": "Inherited ones first."})
    slides = fields.List(
        fields.Nested(SlideSchema), metadata={"description": "Its own, else those of the nearest ancestor with some."}
    )


class PlaceSchema(Schema):
    """Where a category shall be."""

    parent_id = fields.Id(required=True, allow_none=True, metadata={"description": "Null makes it a root."})
    position = fields.Integer(validate=validate.Range(0, 100_000), metadata=_POSITION)


class OrderSchema(Schema):
    """The new order of all children of one category, or of all roots."""

    parent_id = fields.Id(required=True, allow_none=True)
    category_ids = fields.List(fields.Id(), required=True, validate=validate.Length(1, 10_000))


class BranchSchema(Schema):
    """A category in the tree."""

    id = fields.Id()
    title = fields.String()
    title_en = fields.String(allow_none=True)
    slug = fields.String()
    fee = fields.Money(metadata={"description": "What a market of this category pays."})
    children_count = fields.Integer(metadata={"description": "How many there are right below, shown here or not."})
    children = fields.List(fields.Nested(lambda: BranchSchema()))


class EditorBranchSchema(BranchSchema):
    """A category in the tree as editors see it."""

    market_fee = fields.Money(allow_none=True, metadata={"description": "Its own fee."})
    is_active = fields.Boolean()
    is_shown = fields.Boolean()
    children = fields.List(fields.Nested(lambda: EditorBranchSchema()))


class TreeQuery(Schema):
    """Which part of the tree."""

    root = fields.List(
        fields.Id(),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": "Only these categories with what is below them; may be repeated."},
    )
    depth = fields.Integer(
        load_default=None,
        validate=validate.Range(1, MAX_DEPTH),
        metadata={"description": "How many levels; all by default."},
    )


class CategoryQuery(ListQuery):
    """Which categories."""

    q = fields.CleanText(
        64, min_length=1, metadata={"description": "A part of a title, Persian or Latin, in any spelling."}
    )
    roots = fields.Boolean(metadata={"description": "Only those without a parent."})
    parent_id = AnyOf(fields.Id(), Category.parent_id)
    slug = AnyOf(fields.String(validate=validate.Length(max=80)), Category.slug)
    is_active = AnyOf(fields.Boolean(), Category.is_active)

    class Meta:
        model = Category
        sort: ClassVar = {"title": Category.sort_key, "position": Category.position}
        default_sort = "title"
