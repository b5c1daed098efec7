"""The keys of a name, and what is searched for, brought into the same form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asoud_iran.services import fold_for_search, joined

WHOLE, WORD, INSIDE = 0, 1, 2
_SHORTEST_INSIDE = 2


def keys_of(names: Iterable[str]) -> dict[str, int]:
    """Every key of a city that has these names, with its best rank."""
    found: dict[str, int] = {}
    for name in names:
        for key, rank in _endings(fold_for_search(name)):
            found[key] = min(rank, found.get(key, rank))
    return found


def _endings(text: str) -> Iterator[tuple[str, int]]:
    """Blanks are left out, as people write compound names with and without them."""
    for start, letter in enumerate(text):
        ending = joined(text[start:])
        if start == 0:
            yield ending, WHOLE
        elif text[start - 1] == " ":
            yield ending, WORD
        elif letter != " " and len(ending) >= _SHORTEST_INSIDE:
            yield ending, INSIDE


def key_range(query: str) -> tuple[str, str] | None:
    """The first key that begins with ``query`` and the first one after all that do; None for a blank."""
    key = joined(fold_for_search(query))
    if not key:
        return None
    return key, key[:-1] + chr(ord(key[-1]) + 1)
