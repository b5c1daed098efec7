"""Rooms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, Page, PermissionDenied, authenticated, raises, requires
from asoud_chat.models import Room
from asoud_chat.problems import RoomFull, TooManyRooms
from asoud_chat.schemas import (
    BlockedRoomSchema,
    BlockSchema,
    NewRoomSchema,
    PresenceSchema,
    RoomChangeSchema,
    RoomQuery,
    RoomSchema,
    RoomStatisticsSchema,
    SiteStatisticsSchema,
)
from asoud_chat.services import presence, rooms, statistics
from asoud_chat.services.numbers import users_of_mobiles

blp = Blueprint("chat", description="Rooms in which users write to each other.")


@blp.get("/rooms")
@authenticated
@blp.arguments(RoomQuery, location="query")
@blp.page(RoomSchema)
def list_rooms(query: ListArgs) -> Page:
    """List my rooms, the most recently active first."""
    return rooms.list_rooms(query)


@blp.post("/rooms")
@authenticated
@raises(PermissionDenied, TooManyRooms, RoomFull)
@blp.arguments(NewRoomSchema)
@blp.response(201, RoomSchema, also={200: "There was one already: a private room with the same user."})
def open_room(data: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Open a room; a private one with the same user is opened once and answered again."""
    user_ids = [*data["user_ids"], *users_of_mobiles(data["mobiles"])]
    room, is_new = rooms.open_by_caller(data["kind"], data["title"], user_ids)
    return room, 201 if is_new else 200


@blp.get("/rooms/<uuid:room_id>")
@authenticated
@blp.response(200, RoomSchema)
def get_room(room_id: UUID) -> dict[str, Any]:
    """Show a room."""
    return rooms.get_room(room_id)


@blp.patch("/rooms/<uuid:room_id>")
@authenticated
@raises(PermissionDenied)
@blp.arguments(RoomChangeSchema)
@blp.response(200, RoomSchema)
def change_room(data: dict[str, Any], room_id: UUID) -> dict[str, Any]:
    """Change a room's title, archive it or open it again."""
    return rooms.change_room(room_id, data)


@blp.delete("/rooms/<uuid:room_id>")
@authenticated
@raises(PermissionDenied)
@blp.response(204)
def delete_room(room_id: UUID) -> None:
    """Delete a room with everything in it."""
    rooms.delete_room(room_id)


@blp.put("/rooms/<uuid:room_id>/block")
@requires("chat.moderate")
@blp.arguments(BlockSchema)
@blp.response(200, BlockedRoomSchema)
def block_room(data: dict[str, Any], room_id: UUID) -> Room:
    """Block any room, or unblock it."""
    return rooms.block_room(room_id, blocked=data["blocked"])


@blp.get("/rooms/<uuid:room_id>/presence")
@authenticated
@blp.response(200, PresenceSchema)
def get_presence(room_id: UUID) -> dict[str, Any]:
    """Tell who of a room is connected now."""
    return {"user_ids": presence.present(room_id)}


@blp.get("/rooms/<uuid:room_id>/statistics")
@authenticated
@raises(PermissionDenied)
@blp.response(200, RoomStatisticsSchema)
def get_room_statistics(room_id: UUID) -> dict[str, Any]:
    """Tell those who manage a room how much is written in it."""
    return statistics.of_room(room_id)


@blp.get("/statistics")
@requires("chat.statistics")
@blp.response(200, SiteStatisticsSchema)
def get_statistics() -> dict[str, Any]:
    """Tell staff how much is written on the site."""
    return statistics.of_site()
