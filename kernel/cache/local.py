"""The first level: a least-recently-used store in this process, limited in bytes.

Every drop raises ``sequence``. A value that was computed while one of its tags was dropped is not kept: whoever
computes notes the sequence before it reads anything and hands it to `keep`.

Entries are trusted while this process hears of drops elsewhere (`trust`), except brief ones, which end by themselves.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

from kernel.cache.codec import Packed
from kernel.clock import monotonic

TRUST_SECONDS = 1.0
"""How long entries are served after the last sign that no drop was missed."""
ALL = "*"
"""The tag that every entry has without being told."""
_OVERHEAD = 400
_REMEMBERED_DROPS = 4096


class Entry:
    """One kept value."""

    __slots__ = ("brief", "packed", "size", "tags", "until")

    def __init__(self, packed: Packed, tags: frozenset[str], until: float, *, brief: bool, size: int) -> None:
        self.packed = packed
        self.tags = tags
        self.until = until
        self.brief = brief
        self.size = size


class LocalStore:
    """Thread- and greenlet-safe; nothing inside the lock waits."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self.sequence = 0
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._by_tag: dict[str, set[str]] = {}
        self._dropped: OrderedDict[str, int] = OrderedDict()
        self._floor = 0
        self._trusted_until = 0.0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, name: str) -> Packed | None:
        """The value under ``name`` if it may be served now."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        now = monotonic()
        if now >= entry.until or (now >= self._trusted_until and not entry.brief):
            return None
        try:  # noqa: SIM105 - suppress() costs as much as the whole look-up
            self._entries.move_to_end(name)
        except KeyError:  # dropped a moment ago by another thread; it was valid when we looked
            pass
        return entry.packed

    def distrust(self) -> None:
        """Serve nothing but brief entries until the next `trust`."""
        self._trusted_until = 0.0

    def trust(self) -> None:
        """Note that every drop up to now has been heard."""
        self._trusted_until = monotonic() + TRUST_SECONDS

    @property
    def trusted(self) -> bool:
        """Whether entries other than brief ones are served."""
        return monotonic() < self._trusted_until

    def keep(self, name: str, packed: Packed, tags: Iterable[str], seconds: float, *, since: int) -> None:
        """Keep a value that was read after `sequence` was ``since``, unless one of its tags was dropped meanwhile."""
        brief = not self.trusted
        if brief:
            seconds = min(seconds, TRUST_SECONDS)
        size = len(packed.data) + len(name) + _OVERHEAD
        if seconds <= 0 or size > self.max_bytes // 4:
            return
        entry = Entry(packed, frozenset(tags), monotonic() + seconds, brief=brief, size=size)
        with self._lock:
            if self._dropped_since(entry.tags, since):
                return
            self._remove(name)
            self._entries[name] = entry
            self.bytes += size
            for tag in entry.tags:
                self._by_tag.setdefault(tag, set()).add(name)
            while self.bytes > self.max_bytes:
                self._remove(next(iter(self._entries)))

    def forget(self, name: str) -> None:
        """Remove one entry."""
        with self._lock:
            self._remove(name)

    def drop(self, tags: Iterable[str]) -> None:
        """Remove every entry with one of ``tags``; `ALL` removes everything."""
        with self._lock:
            self.sequence += 1
            for tag in tags:
                if tag == ALL:
                    self._floor = self.sequence
                    self._entries.clear()
                    self._by_tag.clear()
                    self.bytes = 0
                    continue
                for name in tuple(self._by_tag.get(tag, ())):
                    self._remove(name)
                self._remember(tag)

    def _remember(self, tag: str) -> None:
        self._dropped[tag] = self.sequence
        self._dropped.move_to_end(tag)
        if len(self._dropped) > _REMEMBERED_DROPS:
            self._floor = max(self._floor, self._dropped.popitem(last=False)[1])

    def _dropped_since(self, tags: frozenset[str], since: int) -> bool:
        return self._floor > since or any(self._dropped.get(tag, 0) > since for tag in tags)

    def _remove(self, name: str) -> None:
        entry = self._entries.pop(name, None)
        if entry is None:
            return
        self.bytes -= entry.size
        for tag in entry.tags:
            names = self._by_tag[tag]
            names.discard(name)
            if not names:
                del self._by_tag[tag]
