"""What goes to clients: encoded once, however many members a room has, and in whichever form their transport needs."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import orjson

from kernel.eventlet_mode import text_frame

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z


class Json:
    """orjson behind the two functions that python-socketio expects of a JSON module."""

    @staticmethod
    def dumps(value: object, **_options: object) -> str:
        """``value`` as compact JSON text."""
        return encode(value).decode()

    loads = staticmethod(orjson.loads)


def encode(value: object) -> bytes:
    """``value`` as JSON; identifiers and aware times in the forms that REST gives them too."""
    return orjson.dumps(value, default=_plain, option=_OPTIONS)


def _plain(value: object) -> Any:
    if isinstance(value, set | frozenset):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class Outgoing:
    """One Socket.IO packet on its way to any number of clients."""

    def __init__(self, kind: str, namespace: str, body: bytes, packet_id: int | None = None) -> None:
        self.body = body
        """The packet's JSON array, as Redis carries it to other processes."""
        place = "" if namespace == "/" else f"{namespace},"
        number = "" if packet_id is None else str(packet_id)
        self._payload = f"{kind}{place}{number}".encode() + body

    @classmethod
    def event(cls, namespace: str, name: str, data: object) -> Outgoing:
        """An event with one argument."""
        return cls("2", namespace, encode([name, data]))

    @classmethod
    def answer(cls, namespace: str, packet_id: int, data: object) -> Outgoing:
        """The acknowledgement of the client's packet ``packet_id``."""
        return cls("3", namespace, encode([data]), packet_id)

    @cached_property
    def frame(self) -> bytes:
        """As one WebSocket frame."""
        return text_frame(b"4" + self._payload)

    @cached_property
    def text(self) -> str:
        """As the data of an Engine.IO message, for transports that frame by themselves."""
        return self._payload.decode()
