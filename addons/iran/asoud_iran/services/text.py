"""Persian text made comparable: for search, and for names that must not be mistaken for each other.

Only keys are folded. What people wrote is stored as they wrote it, its zero-width non-joiners (ZWNJ) included.
"""

from __future__ import annotations

import re
import unicodedata

_ZWNJ = "\u200c"
_MARKS = (0x0640, 0x0670, 0x0674, *range(0x0610, 0x061B), *range(0x064B, 0x0660), *range(0x06D6, 0x06DD))
"""Tatweel, vowel signs and other marks that are not letters."""
_SAME: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "يىۍېے"), "ی"),
    **dict.fromkeys(map(ord, "كڪ"), "ک"),
    **dict.fromkeys(map(ord, "ةۀەۂۃ"), "ه"),
    **dict.fromkeys(map(ord, "أإٱ"), "ا"),
    ord("ؤ"): "و",
    ord(_ZWNJ): " ",
    **{start + digit: str(digit) for start in (0x06F0, 0x0660) for digit in range(10)},
    **dict.fromkeys(
        (0x0640, 0x0670, 0x0674, *range(0x0610, 0x061B), *range(0x064B, 0x0660), *range(0x06D6, 0x06DD)), None
    ),
}
_SEARCH: dict[int, str | None] = {**_SAME, ord("آ"): "ا", ord("ئ"): "ی", ord("ء"): None}
_INVISIBLE = re.compile("[\u00ad\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BLANKS = re.compile(r"\s+")


def _fold(text: str, table: dict[int, str | None]) -> str:
    # Marks go before letters are composed, and what composing and casefolding bring is folded once more.
    bare = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).translate(table))
    folded = unicodedata.normalize("NFKC", bare.casefold()).translate(table)
    return _BLANKS.sub(" ", folded).strip()


def fold_for_search(text: str) -> str:
    """The key under which ``text`` is found, for the index and for what is searched alike.

    Letters and digits that look or sound the same become one, vowel signs and tatweel go, a ZWNJ is a blank. Index
    `joined` of it beside it: then ``خانه‌سبز`` is found by ``خانه سبز`` and by ``خانهسبز``.
    """
    return _fold(text, _SEARCH)


def joined(folded: str) -> str:
    """A folded text without its blanks."""
    return folded.replace(" ", "")


def fold_for_uniqueness(text: str) -> str:
    """The key that two names share when people can't tell them apart. Stricter than search: ``آ`` is not ``ا``."""
    return _fold(text, _SAME)
