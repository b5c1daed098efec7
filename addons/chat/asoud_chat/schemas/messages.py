"""Messages, in and out, over REST and Socket.IO alike."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import ValidationError, post_load, validate, validates_schema

from addon_sdk import AnyOf, Between, ListQuery, Schema, fields
from asoud_chat.files import FILE_OF
from asoud_chat.models import Message, MessageKind

MAX_TEXT = 4000
_SENDABLE = [kind.value for kind in MessageKind if kind is not MessageKind.SYSTEM]


class LocationSchema(Schema):
    """A place, in degrees."""

    latitude = fields.Float(required=True, validate=validate.Range(-90, 90))
    longitude = fields.Float(required=True, validate=validate.Range(-180, 180))


class NewMessageSchema(Schema):
    """A message to be sent."""

    kind = fields.String(load_default=MessageKind.TEXT.value, validate=validate.OneOf(_SENDABLE))
    text = fields.CleanText(
        MAX_TEXT,
        multiline=True,
        load_default="",
        metadata={"description": "The words; under a picture or file they may be left out."},
    )
    reply_to_id = fields.Id(load_default=None, allow_none=True)
    file_id = fields.Id(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "An own upload: of kind `chat.picture` for an `image`, `chat.file` for a `file`, "
            "`chat.audio` for `audio`, `chat.video` for a `video`."
        },
    )
    location = fields.Nested(LocationSchema, load_default=None, allow_none=True)
    client_key = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 64),
        metadata={"description": "The client's own name for it: the same message sent again under it comes once."},
    )

    @validates_schema
    def _fits(self, data: dict[str, Any], **_: object) -> None:
        """Words for a text, a file for what carries one, a place for a location, and nothing besides."""
        kind = MessageKind(data["kind"])
        if kind is MessageKind.TEXT and not data["text"].strip():
            raise ValidationError("A text needs words.", "text")
        if (kind in FILE_OF) != (data["file_id"] is not None):
            raise ValidationError("Pictures, files, audio and video need a file, other messages have none.", "file_id")
        if (kind is MessageKind.LOCATION) != (data["location"] is not None):
            raise ValidationError("A location needs a place, other messages have none.", "location")

    @post_load
    def _flat(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        place = data.pop("location") or {}
        return {**data, "kind": MessageKind(data["kind"]), **place}


class MessageChangeSchema(Schema):
    """New words."""

    text = fields.CleanText(MAX_TEXT, min_length=1, multiline=True, required=True)


class ThumbnailSchema(Schema):
    """A smaller WebP of a picture."""

    url = fields.String()
    width = fields.Integer()
    height = fields.Integer()


class MessageFileSchema(Schema):
    """A message's file; its links are good for an hour."""

    id = fields.String()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    width = fields.Integer(allow_none=True)
    height = fields.Integer(allow_none=True)
    url = fields.String()
    thumbnails = fields.Dict(keys=fields.String(), values=fields.Nested(ThumbnailSchema))


class MessageSchema(Schema):
    """A message. A deleted one has neither words nor file."""

    id = fields.String(metadata={"format": "uuid"})
    room_id = fields.String(metadata={"format": "uuid"})
    number = fields.Integer(
        metadata={"description": "Its place in the room. Rises, but not by one: edits and deletions take numbers too."}
    )
    change = fields.Integer(metadata={"description": "Id of the stream's entry that last changed it."})
    sender_id = fields.String(allow_none=True, metadata={"format": "uuid"})
    kind = fields.String(validate=validate.OneOf([kind.value for kind in MessageKind]))
    text = fields.String()
    reply_to_id = fields.String(allow_none=True, metadata={"format": "uuid"})
    file = fields.Nested(MessageFileSchema, allow_none=True)
    location = fields.Nested(LocationSchema, allow_none=True)
    client_key = fields.String(allow_none=True)
    sent_at = fields.String(metadata={"format": "date-time"})
    edited_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    deleted_at = fields.String(allow_none=True, metadata={"format": "date-time"})


class ReadMessageSchema(MessageSchema):
    """A message, and whether everybody but its sender has read it."""

    is_read = fields.Boolean()


class ReaderSchema(Schema):
    """Who has read a message."""

    user_id = fields.Id()
    read_at = fields.Timestamp()


class PointerSchema(Schema):
    """Up to which message."""

    number = fields.Integer(required=True, validate=validate.Range(0, 2**63 - 1))


class PointersSchema(Schema):
    """How far the caller has got."""

    read_number = fields.Integer()
    delivered_number = fields.Integer()


class MessageQuery(ListQuery):
    """How to list the messages of a room."""

    number = Between(fields.Integer(), Message.number)
    kind = AnyOf(fields.Enum(MessageKind), Message.kind)
    sender_id = AnyOf(fields.Id(), Message.sender_id)

    class Meta:
        model = Message
        sort: ClassVar = {"number": Message.number}


class SearchQuery(ListQuery):
    """What to look for in one's rooms."""

    q = fields.CleanText(100, min_length=1, required=True)
    room_id = fields.Id()

    class Meta:
        model = Message
        sort: ClassVar = {"sent_at": Message.created_at}


class SenderCountSchema(Schema):
    """How much somebody has written."""

    user_id = fields.Id()
    messages = fields.Integer()


class RoomStatisticsSchema(Schema):
    """How much is written in a room."""

    messages = fields.Integer()
    participants = fields.Integer()
    by_kind = fields.Dict(keys=fields.String(), values=fields.Integer())
    by_sender = fields.List(fields.Nested(SenderCountSchema))


class SiteStatisticsSchema(Schema):
    """How much is written on the site."""

    rooms = fields.Integer()
    active_rooms = fields.Integer()
    messages = fields.Integer()
    by_kind = fields.Dict(keys=fields.String(), values=fields.Integer())
