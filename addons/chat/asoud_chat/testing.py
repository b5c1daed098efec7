"""For tests, here and in addons that depend on this one: rooms, and the objects that strangers must not reach."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import Principal, acting_as
from addon_sdk.testing.ownership import owned
from asoud_chat.models import ParticipantRole
from asoud_chat.services.rooms import open_room
from asoud_chat.services.sending import Draft, send

_NOBODY = "01890000-0000-7000-8000-000000000000"


def make_room(owner_id: UUID) -> UUID:
    """Open a group that belongs to ``owner_id`` alone; its id."""
    with acting_as(Principal(user_id=owner_id)):
        return open_room("group", {owner_id: ParticipantRole.ADMIN}, title="x", opened_by=owner_id)[0].id


@owned("/rooms/<uuid:room_id>")
@owned("/rooms/<uuid:room_id>/presence")
@owned("/rooms/<uuid:room_id>/statistics")
@owned("/rooms/<uuid:room_id>/block", bodies={"PUT": {"blocked": True}})
@owned("/rooms/<uuid:room_id>/messages", bodies={"POST": {"text": "x"}})
@owned("/rooms/<uuid:room_id>/read", bodies={"PUT": {"number": 0}})
@owned("/rooms/<uuid:room_id>/delivered", bodies={"PUT": {"number": 0}})
@owned("/rooms/<uuid:room_id>/participants", bodies={"POST": {"user_id": _NOBODY}})
def _room(owner_id: UUID) -> dict[str, UUID]:
    return {"room_id": make_room(owner_id)}


@owned("/rooms/<uuid:room_id>/participants/<uuid:user_id>", bodies={"PATCH": {"can_send": True}})
def _participant(owner_id: UUID) -> dict[str, UUID]:
    return {"room_id": make_room(owner_id), "user_id": owner_id}


@owned("/rooms/<uuid:room_id>/messages/<uuid:message_id>", bodies={"PATCH": {"text": "y"}})
@owned("/rooms/<uuid:room_id>/messages/<uuid:message_id>/readers")
def _message(owner_id: UUID) -> dict[str, UUID]:
    room_id = make_room(owner_id)
    return {"room_id": room_id, "message_id": send(Draft(room_id, owner_id, text="x"))["id"]}
