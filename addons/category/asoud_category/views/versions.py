"""Versions of what is contended: read without a lock for a GET's ETag, and with the tree locked for a change.

A category's version is made of all that its GET shows, so the detail is read once for both.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g

from asoud_category.services import details
from asoud_category.services.attributes import get_attribute
from asoud_category.services.catalogue import lock_tree
from asoud_category.services.slides import get_slide

_DETAIL = "category_detail"


def category(category_id: UUID) -> str:
    """The version that the caller of a GET sees. Raises `NotFound`."""
    detail = details.get_detail(category_id)
    setattr(g, _DETAIL, detail)
    return details.version_of(detail)


def detail_of_this_request() -> dict[str, Any]:
    """The detail of which `category` told the version."""
    detail: dict[str, Any] = g.pop(_DETAIL)
    return detail


def locked_category(category_id: UUID) -> str:
    """The version inside a change. Raises `NotFound`."""
    return details.version_of(details.locked_detail(category_id))


def attribute(attribute_id: UUID) -> object:
    """When the attribute was last changed. Raises `NotFound`."""
    found = get_attribute(attribute_id)
    details.visible_node(found.category_id)
    return found.updated_at


def locked_attribute(attribute_id: UUID) -> object:
    """The same inside a change."""
    lock_tree()
    return get_attribute(attribute_id).updated_at


def slide(slide_id: UUID) -> object:
    """All that is shown of the slide; its thumbnails come some time after it. Raises `NotFound`."""
    found = get_slide(slide_id)
    details.visible_node(found["category_id"])
    return details.version_of(found)


def locked_slide(slide_id: UUID) -> object:
    """The same inside a change."""
    lock_tree()
    return details.version_of(get_slide(slide_id))
