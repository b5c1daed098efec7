"""For tests, here and in addons that depend on this one: categories, attributes, and what belongs to somebody."""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import UUID

from flask import Flask

from addon_sdk.testing.ownership import owned
from asoud_category.models import AttributeType
from asoud_category.services import add_attribute, ask_for_category, create_category

_numbers = count(1)


def make_category(app: Flask, title: str = "دسته", parent_id: UUID | None = None, **values: Any) -> UUID:
    """Make a category, with a slug of its own unless one is given; its id."""
    slug = values.pop("slug", None) or f"category-{next(_numbers)}"
    with app.app_context():
        return create_category(title, slug, parent_id=parent_id, **values).id


def make_attribute(app: Flask, category_id: UUID, key: str, kind: str = "text", **values: Any) -> UUID:
    """Give a category an attribute; ``choices`` may be a list of their values. Its id."""
    choices = [{"value": value, "title": value, "title_en": None} for value in values.pop("choices", ())]
    given = {"key": key, "title": key, "type": AttributeType(kind), "choices": choices, **values}
    with app.app_context():
        return add_attribute(category_id, given).id


@owned("/requests/<uuid:request_id>")
def _request(owner_id: UUID) -> dict[str, UUID]:
    return {"request_id": ask_for_category(owner_id, "تعمیر پهپاد").id}
