"""What processes say to each other over Redis: one batch per message, bodies of events after a short header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

EMIT, ENTRY, EXPEL, ENTER, LEAVE, ROOMS, ASK, BEAT = "e", "s", "x", "+", "-", "=", "?", "b"
"""Kinds of notes: an event for a room; an entry of a stream; a user to be put out of a room; rooms that the sender
now cares about, or no longer, or all of them; a wish to hear everybody's rooms; a sign of life."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that a process tells the others."""

    kind: str
    arguments: tuple[Any, ...] = ()
    body: bytes = b""
    """An event's JSON array, encoded once by the sender."""


def pack(origin: str, notes: Sequence[Note]) -> bytes:
    """The notes of one process as one Redis message."""
    header = [origin, [[note.kind, len(note.body), *note.arguments] for note in notes]]
    return orjson.dumps(header) + b"\n" + b"".join(note.body for note in notes)


def unpack(message: bytes) -> tuple[str, Iterator[Note]]:
    """Who sent a message, and its notes. Raises ValueError on anything else than `pack` makes."""
    header, separator, bodies = message.partition(b"\n")
    decoded = orjson.loads(header)
    if not separator or not isinstance(decoded, list) or len(decoded) != 2:
        raise ValueError("not a realtime message")
    origin, notes = decoded
    return origin, _notes(notes, bodies)


def _notes(notes: list[list[Any]], bodies: bytes) -> Iterator[Note]:
    start = 0
    for kind, size, *arguments in notes:
        yield Note(kind, tuple(arguments), bodies[start : start + size])
        start += size
