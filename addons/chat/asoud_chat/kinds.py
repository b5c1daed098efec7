"""Kinds of rooms: two of our own, and those that other addons register."""

from __future__ import annotations

from dataclasses import dataclass

from addon_sdk import NotFound, setting
from asoud_chat.hookspecs import room_kinds


@dataclass(frozen=True, slots=True)
class RoomKind:
    """What rooms of one kind have in common."""

    name: str
    """``private``, ``group``, or of another addon ``<addon>.<name>``."""
    by_users: bool = False
    """Whether users open such rooms themselves; those of other addons are opened by their code."""
    fixed: bool = False
    """Whether users can neither be invited nor leave."""
    max_participants: int | None = None
    """None means the site's setting."""

    @property
    def limit(self) -> int:
        """How many participants such a room may have."""
        return self.max_participants or int(setting("max_participants"))


PRIVATE = RoomKind("private", by_users=True, fixed=True, max_participants=2)
GROUP = RoomKind("group", by_users=True)


def find_kind(name: str) -> RoomKind:
    """The kind of that name. Raises `NotFound` when no enabled addon has it."""
    for kind in (PRIVATE, GROUP, *room_kinds()):
        if kind.name == name:
            return kind
    raise NotFound(f"There is no kind of room called {name}.")
