"""What clients say and hear about files."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from kernel.files.models import StoredFile
from kernel.rest import Schema
from kernel.rest.fields import Timestamp
from kernel.runtime import platform


class Upload(Schema):
    """A multipart form with one file."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary", "description": "The file itself."})
    kind = fields.String(
        required=True,
        validate=validate.Length(max=100),
        metadata={"description": "What it is for, such as `chat.picture`; decides types, size and readers."},
    )


class ContentQuery(Schema):
    """Which bytes, and by what right."""

    size = fields.String(validate=validate.Length(max=40), metadata={"description": "Name of a thumbnail."})
    link = fields.String(
        validate=validate.Length(max=500), metadata={"description": "The signature of a private link."}
    )


class Thumbnail(Schema):
    """A smaller WebP of a picture."""

    url = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)


class File(Schema):
    """A stored file with links to its bytes; private links are good for an hour."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    sha256 = fields.String(required=True)
    private = fields.Boolean(required=True)
    width = fields.Integer(allow_none=True)
    height = fields.Integer(allow_none=True)
    url = fields.String(required=True)
    thumbnails = fields.Dict(keys=fields.String(), values=fields.Nested(Thumbnail))
    created_at = Timestamp()


def described(file: StoredFile) -> dict[str, Any]:
    """What `File` shows of ``file``. Thumbnails appear when their job has made them."""
    link = platform.files.link
    return {
        "id": file.id,
        "kind": file.kind,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "private": file.private,
        "width": file.width,
        "height": file.height,
        "url": link(file),
        "thumbnails": {
            name: {"url": link(file, size=name), "width": made["width"], "height": made["height"]}
            for name, made in file.thumbnails.items()
        },
        "created_at": file.created_at,
    }
