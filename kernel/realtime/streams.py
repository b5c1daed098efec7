"""Streams: events with rising ids, stored, so that a client which was away can ask for what it missed.

An address is ``<stream>:<key>``, such as ``chat.room:0199…``: one stream per room, per user or whatever the addon
says. An addon that stores the same things anyway (chat and its messages) brings its own ``fetch`` and ``last``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from kernel.addons.contributions import contribute
from kernel.addons.discovery import owner_of
from kernel.db import after_commit
from kernel.errors import NotFound
from kernel.identity.principal import Principal
from kernel.realtime.emitted import Emits, check_emitted
from kernel.runtime import platform

PAGE = 200
"""How many entries one answer to `resume` holds at most."""


class UnknownStream(NotFound):
    """There is no such stream, or the caller may not read it."""

    code, title = "unknown_stream", "There is no such stream here."


class StreamEntry(NamedTuple):
    """One event of a stream. ``id`` rises by one from entry to entry."""

    id: int
    event: str
    data: Any
    first: tuple[int, str] | None = None
    """When it changes a thing that an earlier entry brought, which the stream's store shows no more: that entry's id
    and event. Whoever has not come as far gets this one under that event, and so hears of the thing first of all."""

    def event_after(self, after: int) -> str:
        """The event's name for a reader who has everything up to the id ``after``."""
        return self.first[1] if self.first is not None and self.first[0] > after else self.event


class Stream:
    """A family of streams, declared once at the top of an addon's module.

    ``may_read(principal, key)`` says who may follow the one named by ``key``. With ``fetch(key, after, limit)``, which
    returns the entries after an id in rising order, and ``last(key)``, the newest id, the addon keeps the entries
    itself and calls `deliver`; without them the kernel keeps what is given to `append`, for the time ``keep``.
    ``emits`` names the events of its entries, each with the schema of its ``data``; tests hold the stream to it.
    """

    def __init__(
        self,
        name: str,
        *,
        namespace: str,
        may_read: Callable[[Principal, str], bool],
        fetch: Callable[[str, int, int], Sequence[StreamEntry]] | None = None,
        last: Callable[[str], int] | None = None,
        keep: timedelta = timedelta(days=7),
        emits: Emits | None = None,
    ) -> None:
        if (fetch is None) != (last is None):
            raise TypeError(f"stream {name!r}: fetch and last go together.")
        self.name = f"{owner_of(may_read.__module__)}.{name}"
        self.namespace = namespace
        self.may_read = may_read
        self.fetch = fetch
        self.last = last
        self.keep = keep
        self.emits = emits
        contribute("stream", self.name, self, module=may_read.__module__)

    def check(self, event: str, data: object) -> None:
        """Hold an entry to what `emits` says, in tests. Raises `NotAsDeclared`."""
        if platform.realtime.checks_emits:
            check_emitted(self.emits, f"stream {self.name!r}", event, data)

    def of(self, key: object) -> str:
        """The address of one stream of the family."""
        return f"{self.name}:{key}"


def find_stream(address: str) -> tuple[Stream, str]:
    """The family and the key that an address names. Raises `UnknownStream`."""
    name, _, key = address.partition(":")
    contribution = platform.registry.find("stream", name)
    if contribution is None or not key or not platform.gate.counts(contribution):
        raise UnknownStream
    stream: Stream = contribution.value
    return stream, key


def read(address: str, after: int, limit: int = PAGE) -> Sequence[StreamEntry]:
    """Entries after an id, in rising order, from whoever keeps them."""
    stream, key = find_stream(address)
    if stream.fetch is not None:
        return stream.fetch(key, after, limit)
    from kernel.realtime import store

    return store.read(address, after, limit)


def bounds(address: str) -> tuple[int, int]:
    """The highest id that is gone for good and the newest id."""
    stream, key = find_stream(address)
    if stream.last is not None:
        return 0, stream.last(key)
    from kernel.realtime import store

    return store.bounds(address)


def append(address: str, event: str, data: object) -> int:
    """Store an event in a stream that the kernel keeps, tell its followers after commit, and return its id.

    ``data`` must be JSON. Joins the running transaction, or makes one.
    """
    from kernel.realtime import store

    stream, _ = find_stream(address)
    if stream.fetch is not None:
        raise TypeError(f"stream {stream.name!r}: keeps its own entries; call deliver.")
    stream.check(event, data)
    number = store.append(address, event, data)
    deliver(address, [StreamEntry(number, event, data)])
    return number


def deliver(address: str, entries: Sequence[StreamEntry]) -> None:
    """Tell a stream's followers in every process, after the running transaction has committed.

    Never fails: whoever misses an entry (Redis was away) gets it with the next one or by `resume`.
    """
    stream, _ = find_stream(address)
    for entry in entries:
        stream.check(entry.event, entry.data)
    realtime = platform.realtime
    after_commit(lambda: realtime.deliver(stream, address, entries))


def expel(address: str, user_id: object) -> None:
    """Make a user's clients in every process stop following a stream, after the running transaction has committed."""
    stream, _ = find_stream(address)
    realtime = platform.realtime
    after_commit(lambda: realtime.expel(stream.namespace, address, str(user_id)))
