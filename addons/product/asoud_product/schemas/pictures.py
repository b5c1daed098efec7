"""Pictures of products, and where they are fetched."""

from __future__ import annotations

from typing import Any

from marshmallow import validate

from addon_sdk import Schema, fields, platform


class SizeSchema(Schema):
    """A smaller WebP of a picture."""

    url = fields.String()
    width = fields.Integer()
    height = fields.Integer()


class PictureSchema(Schema):
    """A picture of a product; a size that isn't made yet shows the picture itself for some moments."""

    id = fields.Id()
    title = fields.String()
    url = fields.String()
    width = fields.Integer()
    height = fields.Integer()
    sizes = fields.Dict(keys=fields.String(), values=fields.Nested(SizeSchema))


class NewPictureSchema(Schema):
    """An upload of the kind `product.picture`."""

    file_id = fields.Id(required=True)
    title = fields.CleanText(120, load_default="")


class PictureChangeSchema(Schema):
    """Another title, or another place among the pictures."""

    title = fields.CleanText(120)
    position = fields.Integer(
        validate=validate.Range(0, 1000), metadata={"description": "Place, from 0; 0 is the cover."}
    )


class PictureOrderSchema(Schema):
    """All pictures of the product, in their new order."""

    picture_ids = fields.List(fields.Id(), required=True, validate=validate.Length(1, 100))


class FileAddress(fields.String):
    """The id of a public file, shown as the address of its bytes."""

    def _serialize(self, value: Any, attr: str | None, obj: object, **kwargs: Any) -> str | None:
        return None if value is None else platform.files.links.public(value)


class Pictures(fields.List[Any]):
    """Pictures as `services.pictures.shown` makes them; they are dicts of text and numbers already."""

    def __init__(self, **options: Any) -> None:
        super().__init__(fields.Nested(PictureSchema), **options)

    def _serialize(self, value: Any, attr: str | None, obj: object, **kwargs: Any) -> Any:
        return value
