"""A category with all that it inherits, and how its version is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, inspect, true

from addon_sdk import NotFound, Principal, current_principal, readable
from asoud_category.models import Category
from asoud_category.services.attributes import Attributes, all_attributes, inherited, read_attributes
from asoud_category.services.catalogue import Node, Tree, lock_tree, tree
from asoud_category.services.categories import get_category
from asoud_category.services.slides import slides_along


@readable(Category)
def readable_categories(principal: Principal) -> ColumnElement[bool]:
    """Everybody reads categories that are active with all their ancestors; editors read all."""
    return true() if may_edit(principal) else Category.is_shown.is_(True)


def may_edit(principal: Principal | None = None) -> bool:
    """Whether the caller may edit categories, and so sees hidden ones."""
    return (principal or current_principal()).can("category.edit")


def visible_node(category_id: UUID) -> Node:
    """The category's place in the cached tree. Raises `NotFound` when there is none that the caller may read."""
    node = tree().node(category_id)
    if not (node.is_shown or may_edit()):
        raise NotFound
    return node


def get_detail(category_id: UUID) -> dict[str, Any]:
    """A category with path, effective fee, attributes and slides, by two statements.

    Raises `NotFound` when there is none that the caller may read.
    """
    visible_node(category_id)
    return _detail(category_id, tree(), all_attributes())


def locked_detail(category_id: UUID) -> dict[str, Any]:
    """The same, past the cache, while nobody else changes categories until the transaction ends."""
    return _detail(category_id, lock_tree(), read_attributes())


def version_of(shown: Mapping[str, Any]) -> str:
    """A text that is another whenever anything that is shown is, be it inherited."""
    return orjson.dumps(shown, default=str, option=orjson.OPT_SORT_KEYS).decode()


def _detail(category_id: UUID, whole: Tree, attributes: Attributes) -> dict[str, Any]:
    node, category = whole.node(category_id), get_category(category_id)
    own = {attribute.key: getattr(category, attribute.key) for attribute in inspect(Category).attrs}
    return {
        **own,
        "effective_fee": node.fee,
        "path": [whole.nodes[each] for each in node.path],
        "attributes": inherited(node.path, attributes),
        "slides": slides_along(node.path),
    }
