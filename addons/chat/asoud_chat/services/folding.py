"""The words of a message as search compares them, and what finds them: by an index on PostgreSQL."""

from __future__ import annotations

import re
from itertools import pairwise

from asoud_iran.services import fold_for_search
from sqlalchemy import ColumnElement, and_, cast, func, literal, literal_column, or_
from sqlalchemy.dialects.postgresql import TSQUERY

from addon_sdk import platform
from asoud_chat.models import Message

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 100
"""Letters of a word that count; PostgreSQL refuses far longer ones."""


def search_key(text: str) -> str:
    """The folded words, then each two neighbours as one, so that ``کتاب‌خانه`` is found by ``کتابخانه`` too."""
    words = _words(text)
    return " ".join([*words, *(f"{one}{two}"[:_LONGEST] for one, two in pairwise(words))])


def holds(text: str) -> ColumnElement[bool] | None:
    """The condition for messages of which each word of ``text`` begins a word; None when it has no words.

    All words written together may begin one too, so that ``کتاب خانه`` finds ``کتابخانه``.
    """
    words = _words(text)
    if not words:
        return None
    together = "".join(words)[:_LONGEST]
    key = literal(" ") + Message.search_key
    written = or_(and_(*(key.contains(f" {word}") for word in words)), key.contains(f" {together}"))
    if platform.db.is_sqlite:
        return written
    # Literally as in the index ix_chat_message_search, or it isn't used. Where another index promises fewer rows,
    # the comparison of texts comes first, since making a vector of each row costs ten times as much.
    vector = func.array_to_tsvector(func.string_to_array(Message.search_key, literal_column("' '")))
    alternatives = [" & ".join(f"'{word}':*" for word in words), f"'{together}':*"]
    return and_(written, vector.op("@@", is_comparison=True)(cast(" | ".join(alternatives), TSQUERY)))


def _words(text: str) -> list[str]:
    return [word[:_LONGEST] for word in _WORD.findall(fold_for_search(text))]
