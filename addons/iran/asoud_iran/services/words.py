"""Finding by words: the key of a text, kept in a column, and the condition that a column's text has some words."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, case, cast, false, func, literal, literal_column, or_, true
from sqlalchemy.dialects.postgresql import TSQUERY

from addon_sdk import platform
from asoud_iran.services.text import fold_for_search

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 100
"""Letters of a word that count; PostgreSQL refuses far longer ones."""


def word_key(*texts: str) -> str:
    """What to keep of ``texts`` for `holds_words`: their words folded, then each two neighbours as one.

    So ``کتاب‌خانه`` is found by ``کتابخانه`` too.
    """
    words = [word for text in texts for word in _words(text)]
    return " ".join(dict.fromkeys([*words, *(f"{one}{two}"[:_LONGEST] for one, two in pairwise(words))]))


def holds_words(column: Any, text: str) -> ColumnElement[bool] | None:
    """The condition for rows of which each word of ``text`` begins a word; None when ``text`` has no words.

    ``column`` holds `word_key`. All words written together may begin one too: ``کتاب خانه`` finds ``کتابخانه``. On
    PostgreSQL an index serves it: ``USING gin (array_to_tsvector(string_to_array(<column>, ' ')))``.
    """
    words = _words(text)
    if not words:
        return None
    together = "".join(words)[:_LONGEST]
    spaced = literal(" ") + column
    if platform.db.is_sqlite:
        return or_(and_(*(spaced.contains(f" {word}") for word in words)), spaced.contains(f" {together}"))
    # Literally as in the index, or it isn't used.
    vector = func.array_to_tsvector(func.string_to_array(column, literal_column("' '")))
    alternatives = dict.fromkeys([" & ".join(f"'{word}':*" for word in words), f"'{together}':*"])
    # Written into the statement: a plan for any words is the worst one for rare words.
    asked = literal(" | ".join(alternatives), literal_execute=True)
    indexed = vector.op("@@", is_comparison=True)(cast(asked, TSQUERY))
    # What all alternatives begin with spares most rows a vector, ten times as dear, where another index promises fewer
    # rows. As a CASE it tells the planner nothing; it would take both conditions together for far rarer than they are.
    return and_(case((spaced.contains(f" {words[0]}"), true()), else_=false()), indexed)


def _words(text: str) -> list[str]:
    return [word[:_LONGEST] for word in _WORD.findall(fold_for_search(text))]
