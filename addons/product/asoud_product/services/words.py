"""The words of products: what is found by them, and how what is misspelt is mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import orjson
from asoud_iran.services import word_key
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from addon_sdk import in_addon, new_id, now, platform, read_connection, session
from asoud_product.models import Product, Word

ADDON, TAG = "product", "product.words"
_LONGEST = 100
_KEEP_SECONDS = 300
_WORD = Word.__table__.c.word
_ROWS = select(_WORD)
_ONCE = 500
"""Words that one statement asks for."""
_REMEMBERED = 50_000
"""Words that are remembered at most."""


def keys_of(name: str, keywords: Iterable[str]) -> str:
    """What is kept of a product's name and keywords for finding it."""
    return word_key(name, *keywords)


def learn(products: Iterable[Product]) -> None:
    """Add the words of products to those that are known, in the caller's transaction."""
    learn_keys(product.search_key for product in products)


def learn_keys(search_keys: Iterable[str], known: set[str] | None = None) -> None:
    """The same for search keys. Words that nobody uses any more stay; they find nothing, which is what they mean.

    ``known`` remembers, for who comes again and again, which words need not be asked for.
    """
    known = set() if known is None else known
    words = {word[:_LONGEST] for key in search_keys for word in key.split()} - known
    there = set(_known_among(sorted(words)))
    if len(known) > _REMEMBERED:
        known.clear()
    known |= there
    fresh = words - there
    if not fresh:
        return
    insert = sqlite.insert(Word) if platform.db.is_sqlite else postgresql.insert(Word)
    at = now()
    rows = [{"id": new_id(), "word": word, "created_at": at, "updated_at": at} for word in sorted(fresh)]
    session().execute(insert.on_conflict_do_nothing(index_elements=["word"]), rows)
    with in_addon(ADDON):
        platform.cache.drop_tags(TAG)  # or what is new would be taken for a typing error


def _known_among(words: list[str]) -> Iterator[str]:
    for start in range(0, len(words), _ONCE):
        yield from session().scalars(select(_WORD).where(_WORD.in_(words[start : start + _ONCE])))


def known_words() -> tuple[str, ...]:
    """All words of products, code by code in order, from the cache."""
    with in_addon(ADDON):
        return _parsed(platform.cache.get_or_compute("words", _packed, seconds=_KEEP_SECONDS, tags=[TAG]))


def _packed() -> bytes:
    return orjson.dumps(sorted(read_connection().execute(_ROWS).scalars()))  # collations of databases differ


@lru_cache(maxsize=2)
def _parsed(data: bytes) -> tuple[str, ...]:
    return tuple(orjson.loads(data))
