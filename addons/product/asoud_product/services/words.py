"""The words of public products: what is found by them, and how what is misspelt is mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from uuid import UUID

import orjson
from asoud_iran.services import word_key
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from addon_sdk import in_addon, new_id, now, platform, read_connection, session, transaction
from asoud_product.models import Product, Word

ADDON, TAG = "product", "product.words"
_LONGEST = 100
_KEEP_SECONDS = 300
_WORD = Word.__table__.c.word
_ROWS = select(_WORD)
_ONCE = 500
"""Words that one statement asks for."""
_BATCH = 5_000
"""Products whose words are looked at together."""


def keys_of(name: str, keywords: Iterable[str]) -> str:
    """What is kept of a product's name and keywords for finding it."""
    return word_key(name, *keywords)


def learn(search_keys: Iterable[str]) -> None:
    """Add the words of products that become public to those that are known, in the caller's transaction.

    A word that only others have would find nothing, and yet be none that is mended.
    """
    _add(_words_of(search_keys))


def _add(words: set[str]) -> None:
    fresh = words.difference(_known_among(sorted(words)))
    if not fresh:
        return
    insert = sqlite.insert(Word) if platform.db.is_sqlite else postgresql.insert(Word)
    at = now()
    rows = [{"id": new_id(), "word": word, "created_at": at, "updated_at": at} for word in sorted(fresh)]
    session().execute(insert.on_conflict_do_nothing(index_elements=["word"]), rows)
    _drop()  # or what is new would be taken for a typing error


def learn_of_market(market_id: UUID) -> None:
    """The same of all public products of a market."""
    for keys in _public_keys(Product.market_id == market_id):
        learn(keys)


def refresh() -> int:
    """Forget the words that no public product has any more; how many. Add those that are missing.

    Missing is what a run forgot while a product with it was being published.
    """
    started = now()
    used: set[str] = set()
    for keys in _public_keys():
        used |= _words_of(keys)
    with transaction():
        _add(used)
        unused = sorted(set(session().scalars(select(_WORD))) - used)
        for start in range(0, len(unused), _ONCE):
            session().execute(delete(Word).where(_WORD.in_(unused[start : start + _ONCE])))
        for keys in _public_keys(Product.updated_at >= started):  # published since their words were looked for
            learn(keys)
        _drop()
    return len(unused)


def _drop() -> None:
    with in_addon(ADDON):
        platform.cache.drop_tags(TAG)


def _words_of(search_keys: Iterable[str]) -> set[str]:
    return {word[:_LONGEST] for key in search_keys for word in key.split()}


def _public_keys(*conditions: ColumnElement[bool]) -> Iterator[Sequence[str]]:
    """What public products are found by, a batch after the other."""
    query = select(Product.id, Product.search_key).where(Product.is_public, *conditions)
    query = query.order_by(Product.id).limit(_BATCH)
    rows = session().execute(query).all()
    while rows:
        yield [row.search_key for row in rows]
        rows = session().execute(query.where(Product.id > rows[-1].id)).all()


def _known_among(words: list[str]) -> Iterator[str]:
    for start in range(0, len(words), _ONCE):
        yield from session().scalars(select(_WORD).where(_WORD.in_(words[start : start + _ONCE])))


def known_words() -> tuple[str, ...]:
    """All words of public products, code by code in order, from the cache."""
    with in_addon(ADDON):
        return _parsed(platform.cache.get_or_compute("words", _packed, seconds=_KEEP_SECONDS, tags=[TAG]))


def _packed() -> bytes:
    return orjson.dumps(sorted(read_connection().execute(_ROWS).scalars()))  # collations of databases differ


@lru_cache(maxsize=2)
def _parsed(data: bytes) -> tuple[str, ...]:
    return tuple(orjson.loads(data))
