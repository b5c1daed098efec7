"""Facts that this addon publishes."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from addon_sdk import event


@event("category.category_created", version=1)
class CategoryCreated:
    """There is a new category."""

    category_id: UUID
    parent_id: UUID | None


@event("category.category_changed", version=1)
class CategoryChanged:
    """A category was changed; ``changed`` names what: its own fields, ``attributes`` or ``slides``.

    Its descendants inherit attributes, fee and slides, and are hidden with it, without events of their own.
    """

    category_id: UUID
    changed: list[str]


@event("category.category_moved", version=1)
class CategoryMoved:
    """A category has another place: another parent, or another position among its siblings."""

    category_id: UUID
    parent_id: UUID | None
    previous_parent_id: UUID | None
    position: int


@event("category.category_deleted", version=1)
class CategoryDeleted:
    """A category is gone; it had no children."""

    category_id: UUID
    parent_id: UUID | None


@event("category.request_decided", version=1)
class RequestDecided:
    """Staff has answered a user's request for a category."""

    request_id: UUID
    user_id: UUID
    state: Literal["accepted", "rejected"]
    category_id: UUID | None
