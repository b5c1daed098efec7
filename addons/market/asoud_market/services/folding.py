"""The words of a market as search compares them, and its name as the alphabet orders it."""

from __future__ import annotations

import re
from itertools import pairwise

from asoud_iran.services import fold_for_search
from sqlalchemy import ColumnElement, and_, cast, func, literal, literal_column, or_
from sqlalchemy.dialects.postgresql import TSQUERY

from addon_sdk import platform
from asoud_market.models import Market

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 100
"""Letters of a word that count; PostgreSQL refuses far longer ones."""
_ALPHABET = " 0123456789abcdefghijklmnopqrstuvwxyzابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_PLACES = {letter: chr(0x21 + place) for place, letter in enumerate(_ALPHABET)}
"""ASCII by place in the alphabet, since code points of Persian letters are not in its order."""


def search_key(*texts: str) -> str:
    """The folded words, then each two neighbours as one, so that ``کتاب‌خانه`` is found by ``کتابخانه`` too."""
    words = [word for text in texts for word in _words(text)]
    return " ".join(dict.fromkeys([*words, *(f"{one}{two}"[:_LONGEST] for one, two in pairwise(words))]))


def name_key(name: str) -> str:
    """What names are ordered by."""
    return "".join(_PLACES.get(letter, "\x7f") for letter in fold_for_search(name))[:240]


def holds(text: str) -> ColumnElement[bool] | None:
    """The condition for markets of which each word of ``text`` begins a word; None when it has no words.

    All words written together may begin one too, so that ``کتاب خانه`` finds ``کتابخانه``.
    """
    words = _words(text)
    if not words:
        return None
    together = "".join(words)[:_LONGEST]
    key = literal(" ") + Market.search_key
    written = or_(and_(*(key.contains(f" {word}") for word in words)), key.contains(f" {together}"))
    if platform.db.is_sqlite:
        return written
    # Literally as in the index ix_market_market_search, or it isn't used. The comparison of texts comes first, for
    # plans by another index: making a vector of each row costs ten times as much.
    vector = func.array_to_tsvector(func.string_to_array(Market.search_key, literal_column("' '")))
    alternatives = [" & ".join(f"'{word}':*" for word in words), f"'{together}':*"]
    return and_(written, vector.op("@@", is_comparison=True)(cast(" | ".join(alternatives), TSQUERY)))


def _words(text: str) -> list[str]:
    return [word[:_LONGEST] for word in _WORD.findall(fold_for_search(text))]
