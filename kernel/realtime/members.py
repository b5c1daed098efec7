"""Who is in which room of this process: python-socketio's manager with an index by member and news of empty rooms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from socketio import Manager


class Members(Manager):  # type: ignore[misc]  # python-socketio carries no types
    """Rooms of this process's clients. ``appeared`` and ``vanished`` hear of a room's first and last member."""

    def __init__(self, appeared: Callable[[str, str], None], vanished: Callable[[str, str], None]) -> None:
        super().__init__()
        self._appeared = appeared
        self._vanished = vanished
        self._rooms_of: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def basic_enter_room(self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None) -> None:
        """Add a client; its own room (named by its sid) and the namespace's (None) are the library's business."""
        if room is None or room == sid:
            super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
            return
        if sid in self.rooms.get(namespace, {}).get(room, {}):
            return
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        self._rooms_of[namespace, sid].add(room)
        if len(self.rooms[namespace][room]) == 1:
            self._appeared(namespace, room)

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        """Take a client out; harmless when it isn't in."""
        members = self.rooms.get(namespace, {}).get(room, {})
        if sid not in members:
            return
        super().basic_leave_room(sid, namespace, room)
        if room is None or room == sid:
            return
        self._rooms_of[namespace, sid].discard(room)
        if room not in self.rooms.get(namespace, {}):
            self._vanished(namespace, room)

    def basic_disconnect(self, sid: str, namespace: str, **_options: Any) -> None:
        """Take a client out of all its rooms, without walking over everybody else's as the library does."""
        for room in self._rooms_of.pop((namespace, sid), set()).copy():
            self._leave_last(sid, namespace, room)
        for own in (sid, None):
            super().basic_leave_room(sid, namespace, own)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]

    def _leave_last(self, sid: str, namespace: str, room: str) -> None:
        super().basic_leave_room(sid, namespace, room)
        if room not in self.rooms.get(namespace, {}):
            self._vanished(namespace, room)

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        """The rooms that a client is in, without its own."""
        return list(self._rooms_of.get((namespace, sid), ()))

    def sockets_in(self, namespace: str, room: str | None) -> list[str]:
        """Engine.IO ids of the room's members here; with room None, of everybody in the namespace."""
        room_members = self.rooms.get(namespace, {}).get(room)
        return list(room_members.values()) if room_members else []

    def sids_in(self, namespace: str, room: str | None) -> list[str]:
        """Socket.IO ids of the room's members here; with room None, of everybody in the namespace."""
        room_members = self.rooms.get(namespace, {}).get(room)
        return list(room_members) if room_members else []
