"""Making, changing, moving and deleting categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from asoud_iran.services import alphabet_key
from sqlalchemy import select

from addon_sdk import Money, NotFound, ValidationFailed, platform, publish, session, transaction
from asoud_category.events import CategoryChanged, CategoryCreated, CategoryDeleted, CategoryMoved
from asoud_category.hookspecs import in_use
from asoud_category.models import Category, CategorySlide
from asoud_category.models.category import MAX_TITLE
from asoud_category.problems import HasChildren, wrong
from asoud_category.services import places, rules
from asoud_category.services.catalogue import lock_tree, read_tree
from asoud_category.services.keys import search_key

_WHOLE: Mapping[str, bool] = {"key_share": False}
_BUT_ITS_KEY: Mapping[str, bool] = {"key_share": True}
"""Locks of a row: the second lets others put something into the category meanwhile."""


def get_category(category_id: UUID) -> Category:
    """The category, hidden ones too. Raises `NotFound`."""
    category = session().get(Category, category_id)
    if category is None:
        raise NotFound
    return category


def choose_category(category_id: UUID) -> Category:
    """The category, for who puts something into it; nobody deletes it until the running transaction ends.

    Raises ValidationFailed, which names ``category_id``, for one that isn't there or isn't shown.
    """
    held = select(Category).where(Category.id == category_id).with_for_update(read=True, key_share=True)
    category = session().scalar(held.execution_options(populate_existing=True))
    if category is None or not category.is_shown:
        raise ValidationFailed.unknown("category_id")
    return category


@transaction
def create_category(
    title: str,
    slug: str,
    *,
    parent_id: UUID | None = None,
    title_en: str | None = None,
    market_fee: Money | None = None,
    is_active: bool = True,
    position: int | None = None,
    **extensions: Any,
) -> Category:
    """Make a category, as the last among its siblings unless ``position`` says otherwise.

    ``extensions`` are columns that other addons have added. Raises ValidationFailed for a slug that is taken, an
    unknown parent, and one that is too deep.
    """
    tree = lock_tree()
    parent = rules.check_parent(tree, parent_id)
    rules.check_slug(slug)
    category = Category(
        parent_id=parent_id,
        title=title,
        title_en=title_en,
        slug=slug,
        market_fee=market_fee,
        is_active=is_active,
        is_shown=is_active and (parent is None or parent.is_shown),
        position=-1,
        **_keys(title, title_en),
        **extensions,
    )
    places.put(category, _children(parent_id), position)
    session().add(category)
    session().flush()
    publish(CategoryCreated(category_id=category.id, parent_id=parent_id))
    return category


@transaction
def update_category(category_id: UUID, values: Mapping[str, Any]) -> Category:
    """Change titles, slug, fee (None: inherited), whether it is active, or columns of other addons.

    Raises `NotFound`, and ValidationFailed for a slug that is taken.
    """
    lock_tree()
    category = _locked(category_id)
    changed = sorted(name for name, value in values.items() if getattr(category, name) != value)
    if "slug" in changed:
        rules.check_slug(values["slug"], category_id)
    for name in changed:
        setattr(category, name, values[name])
    for name, key in _keys(category.title, category.title_en).items():
        setattr(category, name, key)
    if "is_active" in changed:
        _show_or_hide(category_id)
    if changed:
        session().flush()
        publish(CategoryChanged(category_id=category_id, changed=changed))
    return category


@transaction
def move_category(category_id: UUID, parent_id: UUID | None, position: int | None = None) -> Category:
    """Put a category with all below it under another parent (None: make it a root), or elsewhere among its siblings.

    Without ``position`` it becomes the last. Raises `NotFound`, and ValidationFailed for an unknown parent, one below
    the category itself, one that is too deep, and one from which it would inherit an attribute that it has.
    """
    tree = lock_tree()
    node = tree.node(category_id)
    rules.check_no_cycle(tree, category_id, parent_id)
    parent = rules.check_parent(tree, parent_id, height=tree.height(category_id))
    if parent_id != node.parent_id:
        rules.check_keys_fit(tree, category_id, parent)
    category = _locked(category_id)
    places.number([sibling for sibling in _children(node.parent_id) if sibling is not category])
    category.parent_id = parent_id
    places.put(category, _children(parent_id), position)
    if (category.parent_id, category.position) != (node.parent_id, node.position):
        _show_or_hide(category_id)
        _publish_move(category, node.parent_id)
    return category


@transaction
def reorder_categories(parent_id: UUID | None, category_ids: Sequence[UUID]) -> list[Category]:
    """Give all children of one category, or all roots, a new order.

    Raises ValidationFailed for an unknown parent, and when ``category_ids`` aren't just its children, each once.
    """
    tree = lock_tree()
    rules.check_parent(tree, parent_id, height=0)
    children = {child.id: child for child in _children(parent_id)}
    if len(category_ids) != len(children) or set(category_ids) != children.keys():
        raise wrong("category_ids", "not_siblings", "Name all children of this parent, each once.")
    ordered = [children[each] for each in category_ids]
    for category in places.number(ordered):
        _publish_move(category, parent_id)
    return ordered


@transaction
def delete_category(category_id: UUID) -> None:
    """Delete a category with its attributes and slides.

    Raises `NotFound`, `HasChildren`, and `CategoryInUse` or whatever else an addon objects with in ``category.in_use``.
    """
    tree = lock_tree()
    node = tree.node(category_id)
    if tree.children(category_id):
        raise HasChildren
    category = _locked(category_id, _WHOLE)  # first: who has just put something into it is waited for, and seen
    in_use(category_id=category_id)
    for file_id in session().scalars(select(CategorySlide.file_id).where(CategorySlide.category_id == category_id)):
        platform.files.release(file_id)
    session().delete(category)
    places.number([sibling for sibling in _children(node.parent_id) if sibling is not category])
    session().flush()
    publish(CategoryDeleted(category_id=category_id, parent_id=node.parent_id))


def _keys(title: str, title_en: str | None) -> dict[str, str]:
    return {"search_key": search_key(title, title_en), "sort_key": alphabet_key(title)[:MAX_TITLE]}


def _locked(category_id: UUID, lock: Mapping[str, bool] = _BUT_ITS_KEY) -> Category:
    category = session().get(Category, category_id, with_for_update=lock)
    if category is None:
        raise NotFound
    return category


def _children(parent_id: UUID | None) -> Sequence[Category]:
    """In their order, as the database has them now and not as this session may have read them before."""
    mine = select(Category).where(Category.parent_id == parent_id).order_by(Category.position, Category.id)
    return session().scalars(mine.with_for_update(**_BUT_ITS_KEY)).all()


def _show_or_hide(category_id: UUID) -> None:
    """Keep ``is_shown`` of the category and of all below it."""
    tree = read_tree()
    below = select(Category).where(Category.id.in_(tree.subtree(category_id)))
    for category in session().scalars(below.with_for_update(**_BUT_ITS_KEY)):
        category.is_shown = tree.nodes[category.id].is_shown


def _publish_move(category: Category, previous_parent_id: UUID | None) -> None:
    session().flush()
    publish(
        CategoryMoved(
            category_id=category.id,
            parent_id=category.parent_id,
            previous_parent_id=previous_parent_id,
            position=category.position,
        )
    )
