"""The clients of this process: who each one is, until when, and what he may still send."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kernel.clock import monotonic, now
from kernel.errors import TooManyRequests
from kernel.identity.principal import Principal

if TYPE_CHECKING:
    from kernel.realtime.core import Realtime


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: ``per_second`` tokens flow in, at most ``burst`` are kept, each event takes one."""

    per_second: float
    burst: int


class Bucket:
    """The tokens that one socket has left."""

    __slots__ = ("_left", "_rate", "_seen")

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._left = float(rate.burst)
        self._seen = monotonic()

    def take(self) -> None:
        """Take a token. Raises `TooManyRequests` when none is left, saying when there will be one."""
        moment = monotonic()
        self._left = min(self._rate.burst, self._left + (moment - self._seen) * self._rate.per_second)
        self._seen = moment
        if self._left < 1:
            wait = max(1, round((1 - self._left) / self._rate.per_second))
            raise TooManyRequests(headers={"Retry-After": str(wait)}, retry_after=wait)
        self._left -= 1


@dataclass(eq=False, slots=True)
class Connection:
    """One client in one namespace."""

    realtime: Realtime = field(repr=False)
    sid: str
    """Its Socket.IO id in this namespace."""
    namespace: str
    principal: Principal
    token: str | None = field(repr=False)
    bucket: Bucket = field(repr=False)
    address: str = ""
    """Where it comes from, for logs and limits."""
    language: str | None = None
    """The language that it wants to be spoken to, as an Accept-Language header says it."""
    state: dict[str, Any] = field(default_factory=dict)
    """Room for the addon's own notes about this client."""

    @property
    def user_id(self) -> UUID | None:
        """The user who is logged in, or None."""
        return self.principal.user_id

    @property
    def rooms(self) -> frozenset[str]:
        """The rooms that it is in, streams that it follows among them."""
        return frozenset(self.realtime.members.get_rooms(self.sid, self.namespace))

    @property
    def expired(self) -> bool:
        """Whether the access token that it last showed has ended."""
        return self.principal.expires_at is not None and self.principal.expires_at <= now()

    def join(self, room: str) -> None:
        """Let it hear what is emitted to ``room`` of its namespace, until it leaves or disconnects."""
        self.realtime.members.enter_room(self.sid, self.namespace, room)

    def leave(self, room: str) -> None:
        """Stop hearing ``room``; harmless when it isn't in."""
        self.realtime.members.leave_room(self.sid, self.namespace, room)

    def emit(self, event: str, data: object) -> None:
        """Send an event to this client alone."""
        self.realtime.emit(self.namespace, event, data, sid=self.sid)


class Connections:
    """All clients of this process, by id and by login session."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Connection] = {}
        self._by_session: defaultdict[UUID, set[Connection]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._by_sid)

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._by_sid.values()))

    def find(self, sid: str) -> Connection | None:
        """The client with that Socket.IO id, or None."""
        return self._by_sid.get(sid)

    def of_session(self, session_id: UUID) -> list[Connection]:
        """The clients that came with a token of this login session."""
        return list(self._by_session.get(session_id, ()))

    def add(self, connection: Connection) -> None:
        """Keep a new client."""
        self._by_sid[connection.sid] = connection
        if connection.principal.session_id is not None:
            self._by_session[connection.principal.session_id].add(connection)

    def remove(self, sid: str) -> Connection | None:
        """Forget a client and return it, or None when it was not there."""
        connection = self._by_sid.pop(sid, None)
        if connection is not None:
            self._forget_session(connection)
        return connection

    def renew(self, connection: Connection, principal: Principal, token: str) -> None:
        """Take a new principal and token for a client that stays."""
        self._forget_session(connection)
        connection.principal, connection.token = principal, token
        self.add(connection)

    def _forget_session(self, connection: Connection) -> None:
        session_id = connection.principal.session_id
        if session_id is not None:
            self._by_session[session_id].discard(connection)
            if not self._by_session[session_id]:
                del self._by_session[session_id]


_current: ContextVar[Connection | None] = ContextVar("asoud_connection", default=None)


def current_connection() -> Connection:
    """The client whose socket event is being handled. Raises RuntimeError outside one."""
    connection = _current.get()
    if connection is None:
        raise RuntimeError("No socket event is being handled here.")
    return connection


@contextmanager
def serving(connection: Connection) -> Iterator[None]:
    """Make ``connection`` the current one for the block."""
    token = _current.set(connection)
    try:
        yield
    finally:
        _current.reset(token)
