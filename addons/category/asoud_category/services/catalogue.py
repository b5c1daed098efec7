"""The tree as one value: read by one statement, kept in the cache, parsed once in each process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select

from addon_sdk import Money, NotFound, drop_on, in_addon, platform, read_connection, session, warms
from asoud_category.models import Category

ADDON, TAG = "category", "category.categories"
FREE = Money(0, "IRR")
"""What a market pays when neither its category nor an ancestor has a fee."""
KEEP_SECONDS = 86_400
_LOCK = 7_100_637_845_312
"""Of PostgreSQL's advisory locks, that of the tree."""
_COLUMNS = ("id", "parent_id", "title", "title_en", "slug", "market_fee_amount", "market_fee_currency", "is_active")
_TABLE = Category.__table__
_ROWS = select(*(_TABLE.c[name] for name in _COLUMNS)).order_by(_TABLE.c.position, _TABLE.c.id)

for _event in ("category_created", "category_changed", "category_moved", "category_deleted"):
    drop_on(f"category.{_event}", tags=TAG)


@dataclass(frozen=True, slots=True)
class Node:
    """A category and its place in the tree."""

    id: UUID
    parent_id: UUID | None
    title: str
    title_en: str | None
    slug: str
    position: int
    """Among its siblings, from 0."""
    market_fee: Money | None
    """Its own fee, if it has one."""
    fee: Money
    """What a market of this category pays."""
    is_active: bool
    is_shown: bool
    """Whether it and all its ancestors are active."""
    path: tuple[UUID, ...]
    """From its root to itself."""

    @property
    def depth(self) -> int:
        """On which level it is; roots are on level 1."""
        return len(self.path)


class Tree:
    """All categories, each before its descendants and siblings in their order."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        """Build it from rows of the columns above, in the order of siblings."""
        below: defaultdict[UUID | None, list[Sequence[Any]]] = defaultdict(list)
        for row in rows:
            below[row[1]].append(row)
        self.nodes: dict[UUID, Node] = {}
        self._spans: dict[UUID, tuple[int, int]] = {}
        self._children: dict[UUID | None, tuple[UUID, ...]] = {}
        self._grow(below, None)
        self.ids = tuple(self.nodes)

    def node(self, category_id: UUID) -> Node:
        """The category. Raises `NotFound`."""
        found = self.nodes.get(category_id)
        if found is None:
            raise NotFound
        return found

    def children(self, category_id: UUID | None) -> tuple[UUID, ...]:
        """The categories right below one, or the roots, in their order."""
        return self._children.get(category_id, ())

    def subtree(self, category_id: UUID) -> tuple[UUID, ...]:
        """The category and all its descendants. Raises `NotFound`."""
        self.node(category_id)
        start, end = self._spans[category_id]
        return self.ids[start:end]

    def height(self, category_id: UUID) -> int:
        """How many levels the category and its descendants take."""
        return max(self.nodes[each].depth for each in self.subtree(category_id)) - self.nodes[category_id].depth + 1

    def _grow(self, below: dict[UUID | None, list[Sequence[Any]]], parent: Node | None) -> None:
        parent_id = parent.id if parent else None
        rows = below.get(parent_id, [])
        self._children[parent_id] = tuple(row[0] for row in rows)
        for position, row in enumerate(rows):
            start = len(self.nodes)
            node = self.nodes[row[0]] = _node(row, position, parent)
            self._grow(below, node)
            self._spans[node.id] = (start, len(self.nodes))


def _node(row: Sequence[Any], position: int, parent: Node | None) -> Node:
    category_id, parent_id, title, title_en, slug, amount, currency, is_active = row
    own = None if amount is None else Money(amount, currency)
    inherited = parent.fee if parent else FREE
    return Node(
        id=category_id,
        parent_id=parent_id,
        title=title,
        title_en=title_en,
        slug=slug,
        position=position,
        market_fee=own,
        fee=inherited if own is None else own,
        is_active=is_active,
        is_shown=is_active and (parent is None or parent.is_shown),
        path=(*(parent.path if parent else ()), category_id),
    )


def tree() -> Tree:
    """The whole tree, from the cache. It may be a second older than the database; don't decide on changes by it."""
    with in_addon(ADDON):  # whichever addon asks, the value is kept once
        return _parsed(platform.cache.get_or_compute("tree", _packed, seconds=KEEP_SECONDS, tags=[TAG]))


def read_tree() -> Tree:
    """The whole tree as the running transaction sees it, by one statement."""
    session().flush()
    return Tree(read_connection().execute(_ROWS).all())


def lock_tree() -> Tree:
    """Let nobody else change categories until this transaction ends; the tree as it is now.

    One lock for all: what two changes would break together (a cycle, a key twice on one path) lies in no single row.
    """
    if not platform.db.is_sqlite:  # there only one transaction writes anyway
        session().execute(select(func.pg_advisory_xact_lock(_LOCK)))
    return read_tree()


def subtree_ids(category_id: UUID) -> tuple[UUID, ...]:
    """The category and all its descendants, hidden ones too. Raises `NotFound`."""
    return tree().subtree(category_id)


def path_ids(category_id: UUID) -> tuple[UUID, ...]:
    """The category's ancestors, the root first, and itself. Raises `NotFound`."""
    return tree().node(category_id).path


def fee_of(category_id: UUID) -> Money:
    """What a market of this category pays: its own fee, else that of the nearest ancestor with one, else nothing.

    Raises `NotFound`.
    """
    return tree().node(category_id).fee


@warms("categories")
def warm_tree() -> None:
    """Have the tree ready before anybody asks."""
    tree()


def _packed() -> bytes:
    return orjson.dumps([list(row) for row in read_connection().execute(_ROWS).all()])


@lru_cache(maxsize=2)
def _parsed(data: bytes) -> Tree:
    """The cache gives the same bytes object again and again, whose hash is known: finding the tree costs nothing."""
    rows = orjson.loads(data)
    for row in rows:
        row[0] = UUID(row[0])
        row[1] = row[1] and UUID(row[1])
    return Tree(rows)
