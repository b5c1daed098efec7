"""Attributes of categories, own and inherited, from the cache."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select

from addon_sdk import NotFound, in_addon, platform, read_connection, session, warms
from asoud_category.models import AttributeType, CategoryAttribute
from asoud_category.services.catalogue import ADDON, KEEP_SECONDS, TAG, path_ids, subtree_ids

_COLUMNS = (
    "id",
    "category_id",
    "key",
    "title",
    "title_en",
    "type",
    "unit",
    "choices",
    "required",
    "filterable",
    "position",
)
_TABLE = CategoryAttribute.__table__
_ROWS = select(*(_TABLE.c[name] for name in _COLUMNS)).order_by(_TABLE.c.position, _TABLE.c.id)


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is said of everything in a category and its descendants."""

    id: UUID
    category_id: UUID
    """Whose attribute it is; others inherit it."""
    key: str
    title: str
    title_en: str | None
    type: AttributeType
    unit: str | None
    choices: Sequence[Mapping[str, Any]]
    """In order: ``value``, ``title``, ``title_en`` of each."""
    required: bool
    filterable: bool
    position: int


Attributes = Mapping[UUID, Sequence[Attribute]]
"""By category, its own ones in their order."""


def attributes_of(category_id: UUID) -> tuple[Attribute, ...]:
    """The attributes of everything in a category: those of its root first, its own last. Raises `NotFound`."""
    return inherited(path_ids(category_id), all_attributes())


def filterable_keys(category_ids: Iterable[UUID] = ()) -> frozenset[str]:
    """By which keys things in these categories, and in all below them, can be filtered; in all categories by default.

    Raises `NotFound`.
    """
    attributes = all_attributes()
    wanted = [near for each in category_ids for near in (*path_ids(each), *subtree_ids(each))] or list(attributes)
    return frozenset(each.key for near in wanted for each in attributes.get(near, ()) if each.filterable)


def inherited(path: Iterable[UUID], attributes: Attributes) -> tuple[Attribute, ...]:
    """The attributes along a path of the tree."""
    return tuple(attribute for category_id in path for attribute in attributes.get(category_id, ()))


def get_attribute(attribute_id: UUID) -> CategoryAttribute:
    """One attribute. Raises `NotFound`."""
    attribute = session().get(CategoryAttribute, attribute_id)
    if attribute is None:
        raise NotFound
    return attribute


def all_attributes() -> Attributes:
    """The attributes of all categories, from the cache, perhaps a second older than the database."""
    with in_addon(ADDON):
        return _parsed(platform.cache.get_or_compute("attributes", _packed, seconds=KEEP_SECONDS, tags=[TAG]))


def read_attributes() -> Attributes:
    """The attributes of all categories as the running transaction sees them, by one statement."""
    session().flush()
    return _grouped(Attribute(*row) for row in read_connection().execute(_ROWS).all())


@warms("categories")
def warm_attributes() -> None:
    """Have the attributes ready before anybody asks."""
    all_attributes()


def _packed() -> bytes:
    return orjson.dumps([list(row) for row in read_connection().execute(_ROWS).all()])


@lru_cache(maxsize=2)
def _parsed(data: bytes) -> Attributes:
    return _grouped(
        Attribute(UUID(attribute_id), UUID(category_id), key, title, title_en, AttributeType(kind), *rest)
        for attribute_id, category_id, key, title, title_en, kind, *rest in orjson.loads(data)
    )


def _grouped(attributes: Iterable[Attribute]) -> Attributes:
    found: defaultdict[UUID, list[Attribute]] = defaultdict(list)
    for attribute in attributes:
        found[attribute.category_id].append(attribute)
    return dict(found)
