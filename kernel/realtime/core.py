"""`platform.realtime`: telling clients things, from any process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from redis.exceptions import RedisError

from kernel.db import after_commit
from kernel.errors import ServiceUnavailable
from kernel.identity.principal import Principal
from kernel.realtime.backplane import Backplane, publish_once
from kernel.realtime.connections import Connection, Connections
from kernel.realtime.delivery import Deliveries, packet
from kernel.realtime.emitted import check_emitted
from kernel.realtime.interest import Interest, room_key
from kernel.realtime.packets import Outgoing
from kernel.realtime.presence import connected_users
from kernel.realtime.streams import Stream, StreamEntry
from kernel.realtime.wire import EMIT, ENTRY, EXPEL, Note

if TYPE_CHECKING:
    from kernel.realtime.members import Members
    from kernel.realtime.server import SocketServer
    from kernel.runtime import Platform


@dataclass
class Counters:
    """What this process has done since it started, for metrics."""

    events: int = 0
    errors: int = 0
    refused: int = 0
    deliveries: int = 0
    malformed: int = 0


class Realtime:
    """Emits from any process; in one that serves sockets it also holds them (`serve_sockets` has been called)."""

    members: Members

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.checks_emits = platform.settings.profile == "testing"
        """Whether what is sent is held to what its sender declares."""
        self.counters = Counters()
        self.connections = Connections()
        self.interest = Interest()
        self.deliveries = Deliveries(platform.app, self.interest, self._send_here)
        self.backplane: Backplane | None = None
        self.server: SocketServer | None = None

    def emit(
        self,
        namespace: str,
        event: str,
        data: object,
        *,
        room: str | None = None,
        user: UUID | None = None,
        sid: str | None = None,
        required: bool | None = None,
    ) -> None:
        """Send an event to the members of a room, to all clients of a user, to one client, or to the whole namespace.

        Inside a transaction it is sent after the commit. Members in this process are served at once. When Redis is
        away the others miss it: with ``required`` (the default where no sockets are served) that raises
        `ServiceUnavailable`, unless a transaction had to be waited for.
        """
        if self.checks_emits:
            self._check(namespace, event, data)
        target = f"user:{user}" if user is not None else room
        outgoing = Outgoing.event(namespace, event, data)
        if self._platform.db.in_transaction():
            after_commit(lambda: self._emit(namespace, target, sid, outgoing, required=False))
        else:
            self._emit(namespace, target, sid, outgoing, required=self.server is None if required is None else required)

    def _check(self, namespace: str, event: str, data: object) -> None:
        served = self._platform.registry.find("namespace", namespace)
        check_emitted(served.value.emits if served else None, f"namespace {namespace!r}", event, data)

    def _emit(self, namespace: str, room: str | None, sid: str | None, outgoing: Outgoing, *, required: bool) -> None:
        self._send_here(namespace, sid or room, outgoing)
        if sid is not None and sid in self.members.rooms.get(namespace, {}):
            return
        note = Note(EMIT, (namespace, sid or room), outgoing.body)
        self._publish(note, None if room is None else room_key(namespace, room), required=required)

    def deliver(self, stream: Stream, address: str, entries: Sequence[StreamEntry]) -> None:
        """Send stored entries to a stream's followers, here and in other processes; never fails."""
        key = room_key(stream.namespace, address)
        elsewhere = self.backplane is None or self.backplane.wanted(key)
        if not elsewhere and key not in self.interest:
            return
        for entry in entries:
            outgoing = packet(stream.namespace, address, entry)
            self.deliveries.offer(address, entry.id, outgoing)
            if elsewhere:
                self._publish(Note(ENTRY, (stream.namespace, address, entry.id), outgoing.body), key, required=False)

    def expel(self, namespace: str, room: str, user_id: str) -> None:
        """Put a user's clients out of a room in every process; never fails."""
        self._expel_here(namespace, room, user_id)
        self._publish(Note(EXPEL, (namespace, room, user_id)), room_key(namespace, room), required=False)

    def online(self, namespace: str, user_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Those of the users who have a client in the namespace, in any process; fewer while Redis is away."""
        keys = {room_key(namespace, f"user:{user_id}"): user_id for user_id in user_ids}
        if self.backplane is not None:
            peers = self.backplane.peers
            return frozenset(user for key, user in keys.items() if key in self.interest or peers.wants(key))
        try:
            found = (
                connected_users(self._platform.redis, self._platform.settings.redis_prefix, list(keys)) if keys else ()
            )
        except RedisError:
            return frozenset()
        return frozenset(keys[key] for key in found)

    def renew(self, connection: Connection, principal: Principal, token: str) -> None:
        """Go on with a new token for a client."""
        first = connection.user_id is None
        self.connections.renew(connection, principal, token)
        if first:
            connection.join(f"user:{principal.user_id}")

    def disconnect(self, connection: Connection, event: str, data: object) -> None:
        """Tell a client of this process why, and end its connection to the namespace."""
        self._send_here(connection.namespace, connection.sid, Outgoing.event(connection.namespace, event, data))
        if self.server is not None:
            self.server.disconnect(connection.sid, namespace=connection.namespace)

    def numbers(self) -> dict[str, int]:
        """Counters and gauges of this process, by name, for metrics."""
        plane = self.backplane
        traffic = {"published": plane.published, "received": plane.received, "dropped": plane.dropped} if plane else {}
        return {"connections": len(self.connections), **asdict(self.counters), **traffic}

    def heed(self, note: Note) -> None:
        """Do what another process asks for."""
        if note.kind == EMIT:
            namespace, room = note.arguments
            self._send_here(namespace, room, Outgoing("2", namespace, note.body))
        elif note.kind == ENTRY:
            namespace, address, number = note.arguments
            self.deliveries.offer(address, number, Outgoing("2", namespace, note.body))
        elif note.kind == EXPEL:
            self._expel_here(*note.arguments)

    def _send_here(self, namespace: str, room: str | None, outgoing: Outgoing) -> None:
        if self.server is not None:
            self.server.deliver(self.members.sockets_in(namespace, room), outgoing)

    def _expel_here(self, namespace: str, room: str, user_id: str) -> None:
        if self.server is None:
            return
        for sid in self.members.sids_in(namespace, room):
            connection = self.connections.find(sid)
            if connection is not None and str(connection.user_id) == user_id:
                connection.leave(room)

    def _publish(self, note: Note, key: str | None, *, required: bool) -> None:
        if self.backplane is not None:
            if required and not self.backplane.connected:
                raise ServiceUnavailable
            if self.backplane.wanted(key):
                self.backplane.tell(note)
            return
        try:
            publish_once(self._platform.redis, self._platform.settings.redis_prefix, [note])
        except RedisError as error:
            if required:
                raise ServiceUnavailable from error
