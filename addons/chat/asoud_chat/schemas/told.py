"""What the server tells the sockets of those who follow a room, or of the user concerned. None of it is kept."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields
from asoud_chat.models import RoomState


class RoomAddedSchema(Schema):
    """To the user concerned: he is in this room from now on."""

    room_id = fields.Id()


class RoomRemovedSchema(RoomAddedSchema):
    """To the user concerned: he has left, was taken out, or the room was deleted."""


class _OfParticipant(Schema):
    room_id = fields.Id()
    user_id = fields.Id()


class ReadSchema(_OfParticipant):
    """To followers: a participant has read up to this message."""

    number = fields.Integer()


class DeliveredSchema(ReadSchema):
    """To followers: up to this message all has reached a device of a participant's."""


class TypingToldSchema(_OfParticipant):
    """To followers: a participant is typing, or has stopped."""

    typing = fields.Boolean()


class PresenceToldSchema(_OfParticipant):
    """To followers: a participant's first client has come, or his last one has gone."""

    online = fields.Boolean()


class ParticipantAddedSchema(_OfParticipant):
    """To followers: somebody was brought in."""


class ParticipantChangedSchema(_OfParticipant):
    """To followers: somebody has another role or other rights; read them over REST."""


class ParticipantRemovedSchema(_OfParticipant):
    """To followers: somebody has left or was taken out."""


class RoomChangedSchema(Schema):
    """To followers: the room has another title or state."""

    room_id = fields.Id()
    title = fields.String()
    state = fields.String(validate=validate.OneOf([state.value for state in RoomState]))


TOLD = {
    "read": ReadSchema,
    "delivered": DeliveredSchema,
    "typing": TypingToldSchema,
    "presence": PresenceToldSchema,
    "participant_added": ParticipantAddedSchema,
    "participant_changed": ParticipantChangedSchema,
    "participant_removed": ParticipantRemovedSchema,
    "room_changed": RoomChangedSchema,
    "room_added": RoomAddedSchema,
    "room_removed": RoomRemovedSchema,
}
"""Each event with what comes with it."""
