"""Payloads of socket events: what REST has in the path stands in them too."""

from __future__ import annotations

from addon_sdk import Schema, fields
from asoud_chat.schemas.messages import MessageChangeSchema, NewMessageSchema, PointerSchema


class InRoomSchema(Schema):
    """Which room."""

    room_id = fields.Id(required=True)


class SendSchema(NewMessageSchema):
    """A message for a room."""

    room_id = fields.Id(required=True)


class EditSchema(MessageChangeSchema):
    """New words for a message."""

    room_id = fields.Id(required=True)
    message_id = fields.Id(required=True)


class DeleteSchema(InRoomSchema):
    """A message to be deleted."""

    message_id = fields.Id(required=True)


class PointInRoomSchema(PointerSchema):
    """Up to which message of a room."""

    room_id = fields.Id(required=True)


class TypingSchema(InRoomSchema):
    """Typing, or no longer."""

    typing = fields.Boolean(load_default=True)
