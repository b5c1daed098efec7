"""What must hold of the tree, checked while it is locked."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from addon_sdk import ValidationFailed, session
from asoud_category.models import MAX_DEPTH, Category, CategoryAttribute
from asoud_category.problems import wrong
from asoud_category.services.catalogue import Node, Tree


def check_parent(tree: Tree, parent_id: UUID | None, *, height: int = 1) -> Node | None:
    """The parent for something of so many levels. Raises ValidationFailed when there is none, or it is too deep."""
    if parent_id is None:
        return None
    parent = tree.nodes.get(parent_id)
    if parent is None:
        raise ValidationFailed.unknown("parent_id")
    if parent.depth + height > MAX_DEPTH:
        raise wrong("parent_id", "too_deep", "The tree may have {most} levels at most.", most=MAX_DEPTH)
    return parent


def check_no_cycle(tree: Tree, category_id: UUID, parent_id: UUID | None) -> None:
    """Raise ValidationFailed when the new parent is the category itself or below it."""
    if parent_id is not None and parent_id in tree.nodes and category_id in tree.nodes[parent_id].path:
        raise wrong("parent_id", "cycle", "A category cannot be moved below itself.")


def check_slug(slug: str, category_id: UUID | None = None) -> None:
    """Raise ValidationFailed when another category has this slug."""
    taken = session().scalar(select(Category.id).where(Category.slug == slug))
    if taken is not None and taken != category_id:
        raise wrong("slug", "taken", "Another category has this slug.")


def check_key(tree: Tree, category_id: UUID, key: str) -> None:
    """Raise ValidationFailed when an attribute on a path through this category has the key."""
    line = {*tree.node(category_id).path, *tree.subtree(category_id)}
    having = session().scalars(select(CategoryAttribute.category_id).where(CategoryAttribute.key == key))
    if taken := line.intersection(having):
        title = tree.nodes[min(taken, key=lambda each: tree.nodes[each].depth)].title
        message = "The category {category}, on the same path of the tree, has an attribute with this key."
        raise wrong("key", "key_taken", message, category=title)


def check_keys_fit(tree: Tree, category_id: UUID, parent: Node | None) -> None:
    """Raise ValidationFailed when the category would inherit a key that it or a descendant of it has."""
    if parent is None:
        return
    both = _keys(parent.path) & _keys(tree.subtree(category_id))
    if both:
        message = "There the category would inherit attributes that it or one below it has: {keys}."
        raise wrong("parent_id", "key_taken", message, keys=", ".join(sorted(both)))


def _keys(category_ids: Collection[UUID]) -> set[str]:
    statement = select(CategoryAttribute.category_id, CategoryAttribute.key)
    wanted = set(category_ids)
    return {key for category_id, key in session().execute(statement) if category_id in wanted}
