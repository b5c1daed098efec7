"""Persian text made comparable: for search, and for names that must not be mistaken for each other.

Only keys are folded. What people wrote is stored as they wrote it, its zero-width non-joiners (ZWNJ) included.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_ZWNJ = "\u200c"
_MARKS = (0x0640, 0x0670, 0x0674, *range(0x0610, 0x061B), *range(0x064B, 0x0660), *range(0x06D6, 0x06DD))
"""Tatweel, vowel signs and other marks that are not letters."""
_INVISIBLE = (0x00AD, 0x200B, *range(0x200D, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
_SAME: dict[str, str] = {
    **dict.fromkeys("يىۍېے", "ی"),
    **dict.fromkeys("كڪ", "ک"),
    **dict.fromkeys("ةۀەۂۃ", "ه"),
    **dict.fromkeys("أإٱ", "ا"),
    "ؤ": "و",
    _ZWNJ: " ",
    **{chr(start + digit): str(digit) for start in (0x06F0, 0x0660) for digit in range(10)},
    **dict.fromkeys(map(chr, (*_MARKS, *_INVISIBLE)), ""),
}
_SEARCH = {**_SAME, "آ": "ا", "ئ": "ی", "ء": ""}


def _replacer(table: dict[str, str]) -> Callable[[str], str]:
    """What replaces characters; where few are affected much faster than `str.translate`."""
    affected = re.compile(f"[{re.escape(''.join(table))}]")
    return lambda text: affected.sub(lambda found: table[found[0]], text)


_same, _search = _replacer(_SAME), _replacer(_SEARCH)


def _fold(text: str, replaced: Callable[[str], str]) -> str:
    # Marks go before letters are composed, and what composing and casefolding bring is folded once more.
    bare = replaced(text)
    folded = unicodedata.normalize("NFKC", bare).casefold()
    if folded != bare:
        folded = replaced(unicodedata.normalize("NFKC", folded))
    return " ".join(folded.split())


def fold_for_search(text: str) -> str:
    """The key under which ``text`` is found, for the index and for what is searched alike.

    Letters and digits that look or sound the same become one, vowel signs and tatweel go, a ZWNJ is a blank. Index
    `joined` of it beside it: then ``خانه‌سبز`` is found by ``خانه سبز`` and by ``خانهسبز``.
    """
    return _fold(text, _search)


_ALPHABET = {ord(letter): 0x100 + place for place, letter in enumerate("آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی")}
_ALPHABET[ord("ئ")] = _ALPHABET[ord("ی")]


def alphabet_key(text: str) -> str:
    """The key by which texts stand in the order of the Persian alphabet, Latin before Persian.

    Compare it code by code (in PostgreSQL with collation "C"): code points of Persian letters aren't in that order.
    """
    return fold_for_uniqueness(text).translate(_ALPHABET)


def joined(folded: str) -> str:
    """A folded text without its blanks."""
    return folded.replace(" ", "")


def fold_for_uniqueness(text: str) -> str:
    """The key that two names share when people can't tell them apart. Stricter than search: ``آ`` is not ``ا``."""
    return _fold(text, _same)
