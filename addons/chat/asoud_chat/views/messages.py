"""Messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, Page, PermissionDenied, authenticated, raises
from asoud_chat.models import Participant
from asoud_chat.problems import ClientKeyReused, RoomClosed, TooLate, WrongKind
from asoud_chat.schemas import (
    MessageChangeSchema,
    MessageQuery,
    MessageSchema,
    NewMessageSchema,
    PointerSchema,
    PointersSchema,
    ReaderSchema,
    ReadMessageSchema,
    SearchQuery,
)
from asoud_chat.services import changes, history, receipts
from asoud_chat.services.access import caller_id
from asoud_chat.services.sending import Draft, send

blp = Blueprint("chat_messages", description="What is written in rooms; everything is told to their sockets too.")


@blp.get("/rooms/<uuid:room_id>/messages")
@authenticated
@blp.arguments(MessageQuery, location="query")
@blp.page(ReadMessageSchema)
def list_messages(query: ListArgs, room_id: UUID) -> Page:
    """List the messages of a room, the newest first."""
    return history.list_messages(room_id, query)


@blp.post("/rooms/<uuid:room_id>/messages")
@authenticated
@raises(PermissionDenied, RoomClosed, ClientKeyReused)
@blp.arguments(NewMessageSchema)
@blp.response(201, MessageSchema)
def send_message(data: dict[str, Any], room_id: UUID) -> dict[str, Any]:
    """Send a message; upload its picture or file first."""
    return send(Draft(room_id, caller_id(), **data))


@blp.get("/rooms/<uuid:room_id>/messages/<uuid:message_id>")
@authenticated
@blp.response(200, ReadMessageSchema)
def get_message(room_id: UUID, message_id: UUID) -> dict[str, Any]:
    """Show a message."""
    return history.get_message(room_id, message_id)


@blp.patch("/rooms/<uuid:room_id>/messages/<uuid:message_id>")
@authenticated
@raises(PermissionDenied, RoomClosed, TooLate, WrongKind)
@blp.arguments(MessageChangeSchema)
@blp.response(200, MessageSchema)
def edit_message(data: dict[str, Any], room_id: UUID, message_id: UUID) -> dict[str, Any]:
    """Change the words of my message."""
    return changes.edit(room_id, message_id, data["text"])


@blp.delete("/rooms/<uuid:room_id>/messages/<uuid:message_id>")
@authenticated
@raises(PermissionDenied, RoomClosed)
@blp.response(204)
def delete_message(room_id: UUID, message_id: UUID) -> None:
    """Delete a message for everybody; a gravestone stays in its place."""
    changes.delete(room_id, message_id)


@blp.get("/rooms/<uuid:room_id>/messages/<uuid:message_id>/readers")
@authenticated
@blp.page(ReaderSchema)
def list_readers(room_id: UUID, message_id: UUID) -> Page:
    """List who has read a message, and when."""
    return Page(receipts.readers_of(room_id, message_id))


@blp.put("/rooms/<uuid:room_id>/read")
@authenticated
@blp.arguments(PointerSchema)
@blp.response(200, PointersSchema)
def mark_read(data: dict[str, Any], room_id: UUID) -> Participant:
    """Tell that I have read everything up to a message."""
    return receipts.mark_read(room_id, data["number"])


@blp.put("/rooms/<uuid:room_id>/delivered")
@authenticated
@blp.arguments(PointerSchema)
@blp.response(200, PointersSchema)
def mark_delivered(data: dict[str, Any], room_id: UUID) -> Participant:
    """Tell that everything up to a message has reached my device."""
    return receipts.mark_delivered(room_id, data["number"])


@blp.get("/messages/search")
@authenticated
@blp.arguments(SearchQuery, location="query")
@blp.page(ReadMessageSchema)
def search_messages(query: ListArgs) -> Page:
    """Find messages in my rooms by their words, in any spelling."""
    return history.search(query)
