"""Rooms and participants, in and out."""

from __future__ import annotations

from typing import Any, ClassVar

from asoud_iran.schemas import Mobile
from marshmallow import ValidationError, post_load, validate, validates_schema

from addon_sdk import AnyOf, ListQuery, Schema, fields
from asoud_chat.models import Participant, ParticipantRole, Room, RoomState

MAX_TITLE = 120
MAX_MOBILES = 20


class RightsSchema(Schema):
    """What a participant may do."""

    class Meta:
        model = Participant

    role = fields.Enum(ParticipantRole)
    can_send = fields.Boolean()
    can_delete = fields.Boolean(metadata={"description": "Delete others' messages; one's own can always be deleted."})
    can_manage = fields.Boolean(metadata={"description": "Change the room and others' rights, and take others out."})
    can_invite = fields.Boolean()


class ParticipantChangeSchema(Schema):
    """A new role, which brings its rights, or single rights."""

    role = fields.Enum(ParticipantRole)
    can_send = fields.Boolean()
    can_delete = fields.Boolean()
    can_manage = fields.Boolean()
    can_invite = fields.Boolean()

    @validates_schema
    def _something(self, data: dict[str, object], **_: object) -> None:
        if not data:
            raise ValidationError("Send a role or at least one right.")


class ParticipantSchema(RightsSchema):
    """Somebody in a room."""

    user_id = fields.Id(dump_only=True)
    name = fields.String(dump_only=True)
    online = fields.Boolean(dump_only=True)
    joined_at = fields.Timestamp(dump_only=True)
    read_number = fields.Integer(dump_only=True, metadata={"description": "Number of the last message he has read."})
    delivered_number = fields.Integer(
        dump_only=True, metadata={"description": "Number of the last message that has reached one of his devices."}
    )


class NewParticipantSchema(Schema):
    """Whom to bring in."""

    user_id = fields.Id(required=True)
    role = fields.Enum(ParticipantRole, load_default=ParticipantRole.MEMBER)


class NewRoomSchema(Schema):
    """A room to be opened."""

    kind = fields.String(
        load_default="group",
        validate=validate.Length(1, 80),
        metadata={"description": "`private` (with exactly one other user), `group`, or a kind of another addon."},
    )
    title = fields.CleanText(MAX_TITLE, load_default="")
    user_ids = fields.List(
        fields.Id(), load_default=list, validate=validate.Length(0, 1000), metadata={"description": "The others."}
    )
    mobiles = fields.List(
        Mobile(),
        load_default=list,
        validate=validate.Length(0, MAX_MOBILES),
        metadata={"description": "Others whose ids the caller doesn't know; 60 numbers an hour."},
    )


class RoomChangeSchema(Schema):
    """What to change."""

    title = fields.CleanText(MAX_TITLE)
    state = fields.String(
        validate=validate.OneOf([RoomState.ACTIVE.value, RoomState.ARCHIVED.value]),
        metadata={"description": "Only staff blocks, by another endpoint."},
    )

    @post_load
    def _as_state(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        return {**data, "state": RoomState(data["state"])} if "state" in data else data


class RoomSchema(Schema):
    """A room as the caller sees it."""

    class Meta:
        model = Room

    id = fields.Id(attribute="room.id", dump_only=True)
    kind = fields.String(attribute="room.kind", dump_only=True)
    title = fields.String(attribute="room.title", dump_only=True)
    state = fields.Enum(RoomState, attribute="room.state", dump_only=True)
    opened_by = fields.Id(attribute="room.opened_by", allow_none=True, dump_only=True)
    active_at = fields.Timestamp(attribute="room.active_at", dump_only=True)
    created_at = fields.Timestamp(attribute="room.created_at", dump_only=True)
    stream = fields.String(
        dump_only=True, metadata={"description": "Address of its stream, for `resume` over Socket.IO."}
    )
    last_change = fields.Integer(
        attribute="room.last_change", dump_only=True, metadata={"description": "Id of its stream's newest entry."}
    )
    me = fields.Nested(RightsSchema, dump_only=True)
    read_number = fields.Integer(attribute="me.read_number", dump_only=True)
    unread = fields.Integer(dump_only=True, metadata={"description": "Others' messages that I have not read."})


class BlockSchema(Schema):
    """Whether a room is blocked."""

    blocked = fields.Boolean(required=True)


class BlockedRoomSchema(Schema):
    """A room as staff sees it."""

    id = fields.Id(dump_only=True)
    kind = fields.String(dump_only=True)
    state = fields.Enum(RoomState, dump_only=True)


class RoomQuery(ListQuery):
    """How to list one's rooms."""

    state = AnyOf(fields.Enum(RoomState), Room.state)
    kind = AnyOf(fields.String(validate=validate.Length(max=80)), Room.kind)

    class Meta:
        model = Room
        sort: ClassVar = {"active_at": Room.active_at}


class PresenceSchema(Schema):
    """Who is connected now."""

    user_ids = fields.List(fields.Id(), dump_only=True)
