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
        folded = fold_for_search(name)
        for written in (folded, joined(folded)):
            for key, rank in _endings(written):
                found[key] = min(rank, found.get(key, rank))
    return found


def _endings(text: str) -> Iterator[tuple[str, int]]:
    if text:
        yield text, WHOLE
    for start in range(1, len(text)):
        ending = text[start:]
        if ending[0] == " ":
            continue
        if text[start - 1] == " ":
            yield ending, WORD
        elif len(ending) >= _SHORTEST_INSIDE:
            yield ending, INSIDE


def key_range(query: str) -> tuple[str, str] | None:
    """The first key that begins with the folded ``query`` and the first one after all that do; None for a blank."""
    folded = fold_for_search(query)
    if not folded:
        return None
    return folded, folded[:-1] + chr(ord(folded[-1]) + 1)


_ALPHABET = {letter: place for place, letter in enumerate(" آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی")}


def alphabetical(name: str) -> tuple[int, ...]:
    """Sort key of a Persian name; code points are not in the alphabet's order."""
    return tuple(_ALPHABET.get(letter, len(_ALPHABET) + ord(letter)) for letter in name)
