"""Words that nobody uses, replaced by those that were probably meant."""

from __future__ import annotations

from bisect import bisect_left

from asoud_iran.services import fold_for_search
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from asoud_product.services.words import known_words

_SHORTEST = 4
"""Letters below which a word is taken as it is."""
_LONG = 8
"""Letters from which two mistakes are forgiven instead of one."""


def mended(text: str) -> str:
    """``text`` with each word that begins no word of any product replaced by the nearest one that products have.

    One letter too many, too few, another or in the wrong place is forgiven; two in words of eight letters and more.
    """
    known = known_words()
    return " ".join(_mended(word, known) for word in fold_for_search(text).split())


def _mended(word: str, known: tuple[str, ...]) -> str:
    if len(word) < _SHORTEST or _begins_one(word, known):
        return word
    mistakes = 2 if len(word) >= _LONG else 1
    found = process.extractOne(word, known, scorer=DamerauLevenshtein.distance, score_cutoff=mistakes)
    return word if found is None else str(found[0])


def _begins_one(word: str, known: tuple[str, ...]) -> bool:
    place = bisect_left(known, word)
    return place < len(known) and known[place].startswith(word)
