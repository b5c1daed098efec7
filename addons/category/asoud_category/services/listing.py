"""Lists of categories: the tree in one answer, and pages of those that fit a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from addon_sdk import ListArgs, Money, Page, ValidationFailed, paginate, scoped
from asoud_category.models import Category
from asoud_category.problems import field_error
from asoud_category.services.catalogue import Tree, read_tree, tree
from asoud_category.services.keys import search_pattern

_ALL = select(Category)
_FOUND = _ALL.where(Category.search_key.like(bindparam("pattern"), escape="\\"))


class Branch(NamedTuple):
    """A category with what is shown below it."""

    id: UUID
    title: str
    title_en: str | None
    slug: str
    market_fee: Money | None
    fee: Money
    is_active: bool
    is_shown: bool
    children_count: int
    children: Sequence[Branch]


def shown_branches(roots: Sequence[UUID] = (), depth: int | None = None) -> list[Branch]:
    """The tree as everybody sees it, from the cache: whole, or below ``roots``, so many levels deep.

    Raises ValidationFailed for a root that isn't there.
    """
    return _branches(tree(), roots, depth, hidden=False)


def all_branches(roots: Sequence[UUID] = (), depth: int | None = None) -> list[Branch]:
    """The tree as editors see it, hidden categories too, past the cache. Raises ValidationFailed as above."""
    return _branches(read_tree(), roots, depth, hidden=True)


def list_categories(args: ListArgs) -> Page:
    """A page of the categories that the caller may read, of those that the search ``q`` finds."""
    statement, values = _ALL, {}
    if "q" in args:
        pattern = search_pattern(args["q"])
        if pattern is None:
            return Page([])
        statement, values = _FOUND, {"pattern": pattern}
    if args.get("roots"):
        statement = statement.where(Category.parent_id.is_(None))
    return paginate(scoped(statement, Category), args, values)


def _branches(whole: Tree, roots: Sequence[UUID], depth: int | None, *, hidden: bool) -> list[Branch]:
    for root in roots:
        if root not in whole.nodes or not (hidden or whole.nodes[root].is_shown):
            raise ValidationFailed(errors=[field_error("/query/root", "unknown", "There is no such category.")])
    return [
        _branch(whole, each, depth, hidden=hidden)
        for each in roots or whole.children(None)
        if hidden or whole.nodes[each].is_shown
    ]


def _branch(whole: Tree, category_id: UUID, depth: int | None, *, hidden: bool) -> Branch:
    node = whole.nodes[category_id]
    below = [each for each in whole.children(category_id) if hidden or whole.nodes[each].is_active]
    deeper = None if depth is None else depth - 1
    return Branch(
        node.id,
        node.title,
        node.title_en,
        node.slug,
        node.market_fee,
        node.fee,
        node.is_active,
        node.is_shown,
        len(below),
        [] if deeper == 0 else [_branch(whole, each, deeper, hidden=hidden) for each in below],
    )
