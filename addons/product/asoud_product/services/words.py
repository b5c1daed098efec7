"""The words of products: what is found by them, and how what is misspelt is mended."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import orjson
from asoud_iran.services import word_key
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from addon_sdk import in_addon, new_id, now, platform, read_connection, session
from asoud_product.models import Product, Word

ADDON = "product"
_LONGEST = 100
_KEEP_SECONDS = 300
_ROWS = select(Word.__table__.c.word).order_by(Word.__table__.c.word)


def keys_of(name: str, keywords: Iterable[str]) -> str:
    """What is kept of a product's name and keywords for finding it."""
    return word_key(name, *keywords)


def learn(products: Iterable[Product]) -> None:
    """Add the words of products to those that are known, in the caller's transaction."""
    learn_keys(product.search_key for product in products)


def learn_keys(search_keys: Iterable[str]) -> None:
    """The same for search keys. Words that nobody uses any more stay; they find nothing, which is what they mean."""
    words = sorted({word[:_LONGEST] for key in search_keys for word in key.split()})
    if not words:
        return
    insert = sqlite.insert(Word) if platform.db.is_sqlite else postgresql.insert(Word)
    at = now()
    rows = [{"id": new_id(), "word": word, "created_at": at, "updated_at": at} for word in words]
    session().execute(insert.on_conflict_do_nothing(index_elements=["word"]), rows)


def known_words() -> tuple[str, ...]:
    """All words of products in order, from the cache; some minutes old."""
    with in_addon(ADDON):
        return _parsed(platform.cache.get_or_compute("words", _packed, seconds=_KEEP_SECONDS))


def _packed() -> bytes:
    return orjson.dumps([row[0] for row in read_connection().execute(_ROWS)])


@lru_cache(maxsize=2)
def _parsed(data: bytes) -> tuple[str, ...]:
    return tuple(orjson.loads(data))
