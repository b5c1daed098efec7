"""Socket.IO: the namespace ``/chat``. Clients follow a room with ``resume {stream: "chat.room:<id>", after}``."""

from __future__ import annotations

from typing import Any

from addon_sdk import Connection, Namespace, Rate, authenticated, on_event, online
from asoud_chat.schemas.sockets import (
    DeleteSchema,
    EditSchema,
    InRoomSchema,
    PointInRoomSchema,
    SendSchema,
    TypingSchema,
)
from asoud_chat.schemas.told import TOLD
from asoud_chat.services import changes, presence, receipts
from asoud_chat.services.access import caller_id
from asoud_chat.services.sending import Draft, send
from asoud_chat.services.stream import NAMESPACE


class Chat(Namespace):
    """Sends, changes and acknowledges messages; tells of messages, receipts, typing, presence and participants."""

    namespace = NAMESPACE
    emits = TOLD
    rate = Rate(per_second=30, burst=90)

    def on_connect(self, connection: Connection) -> None:
        """Tell a user's rooms that he has come, with his first client."""
        user_id = caller_id()
        if not online(NAMESPACE, [user_id]):
            presence.tell_presence(user_id, is_online=True)

    def on_disconnect(self, connection: Connection) -> None:
        """Tell a user's rooms that he has gone, with his last client."""
        if connection.user_id is not None and not online(NAMESPACE, [connection.user_id]):
            presence.tell_presence(connection.user_id, is_online=False)

    @on_event("send", schema=SendSchema)
    @authenticated
    def send(self, data: dict[str, Any]) -> dict[str, Any]:
        """Send a message."""
        return send(Draft(sender_id=caller_id(), **data))

    @on_event("edit", schema=EditSchema)
    @authenticated
    def edit(self, data: dict[str, Any]) -> dict[str, Any]:
        """Change the words of my message."""
        return changes.edit(data["room_id"], data["message_id"], data["text"])

    @on_event("delete", schema=DeleteSchema)
    @authenticated
    def delete(self, data: dict[str, Any]) -> dict[str, Any]:
        """Delete a message for everybody."""
        return changes.delete(data["room_id"], data["message_id"])

    @on_event("read", schema=PointInRoomSchema)
    @authenticated
    def read(self, data: dict[str, Any]) -> dict[str, Any]:
        """Tell that I have read everything up to a message."""
        return {"read_number": receipts.mark_read(data["room_id"], data["number"]).read_number}

    @on_event("delivered", schema=PointInRoomSchema)
    @authenticated
    def delivered(self, data: dict[str, Any]) -> dict[str, Any]:
        """Tell that everything up to a message has reached my device."""
        return {"delivered_number": receipts.mark_delivered(data["room_id"], data["number"]).delivered_number}

    @on_event("typing", schema=TypingSchema)
    @authenticated
    def typing(self, data: dict[str, Any]) -> None:
        """Tell that I am typing, or have stopped."""
        presence.tell_typing(data["room_id"], typing=data["typing"])

    @on_event("presence", schema=InRoomSchema)
    @authenticated
    def presence(self, data: dict[str, Any]) -> dict[str, Any]:
        """Ask who of a room is connected now."""
        return {"user_ids": presence.present(data["room_id"])}
