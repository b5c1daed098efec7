"""Hooks that this addon offers to others."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from addon_sdk import hookspec

if TYPE_CHECKING:
    from asoud_chat.kinds import RoomKind


@hookspec.collect
def room_kinds() -> RoomKind:
    """A further kind of room, such as ``market.visitors``; its addon opens such rooms with `services.open_room`."""


@hookspec.check
def may_send(room_id: UUID, sender_id: UUID, text: str) -> None:
    """Refuse a message, before it is stored, by raising a Problem; called for each, so be quick."""
