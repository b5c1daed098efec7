"""Participants."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, Page, PermissionDenied, authenticated, raises
from asoud_chat.problems import AlreadyThere, FixedParticipants, RoomClosed, RoomFull
from asoud_chat.schemas import NewParticipantSchema, ParticipantChangeSchema, ParticipantSchema
from asoud_chat.services import participants

blp = Blueprint("chat_participants", description="Who is in a room, and what each may do there.")


@blp.get("/rooms/<uuid:room_id>/participants")
@authenticated
@blp.page(ParticipantSchema)
def list_participants(room_id: UUID) -> Page:
    """List everybody in a room."""
    return Page(participants.list_participants(room_id))


@blp.post("/rooms/<uuid:room_id>/participants")
@authenticated
@raises(PermissionDenied, RoomClosed, RoomFull, AlreadyThere, FixedParticipants)
@blp.arguments(NewParticipantSchema)
@blp.response(201, ParticipantSchema)
def add_participant(data: dict[str, Any], room_id: UUID) -> dict[str, Any]:
    """Bring a user into a room."""
    return participants.add(room_id, data["user_id"], data["role"])


@blp.get("/rooms/<uuid:room_id>/participants/<uuid:user_id>")
@authenticated
@blp.response(200, ParticipantSchema)
def get_participant(room_id: UUID, user_id: UUID) -> dict[str, Any]:
    """Show somebody in a room."""
    return participants.get_participant(room_id, user_id)


@blp.patch("/rooms/<uuid:room_id>/participants/<uuid:user_id>")
@authenticated
@raises(PermissionDenied, RoomClosed, FixedParticipants)
@blp.arguments(ParticipantChangeSchema)
@blp.response(200, ParticipantSchema)
def change_participant(data: dict[str, Any], room_id: UUID, user_id: UUID) -> dict[str, Any]:
    """Give somebody another role or single rights."""
    return participants.change(room_id, user_id, data)


@blp.delete("/rooms/<uuid:room_id>/participants/<uuid:user_id>")
@authenticated
@raises(PermissionDenied, FixedParticipants)
@blp.response(204)
def remove_participant(room_id: UUID, user_id: UUID) -> None:
    """Take somebody out of a room, or leave it oneself."""
    participants.remove(room_id, user_id)
