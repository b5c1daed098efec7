"""Giving categories attributes, and changing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import NotFound, ValidationFailed, publish, session, transaction
from asoud_category.events import CategoryChanged
from asoud_category.models import AttributeType, CategoryAttribute
from asoud_category.problems import TooManyAttributes, field_error, wrong
from asoud_category.services import places, rules
from asoud_category.services.catalogue import lock_tree

MAX_ATTRIBUTES = 100
"""How many a category may have of its own."""
_FIXED = ("key", "type")


@transaction
def add_attribute(category_id: UUID, values: Mapping[str, Any]) -> CategoryAttribute:
    """Give a category and its descendants an attribute, as the last of its own unless ``position`` says otherwise.

    ``values``: key, title, type, and if wanted title_en, unit, choices, required, filterable, position. Raises
    `NotFound`, `TooManyAttributes`, and ValidationFailed for a key that an ancestor or descendant has too and for
    choices that don't fit the type.
    """
    tree = lock_tree()
    rules.check_key(tree, category_id, values["key"])
    own = _own(category_id)
    if len(own) >= MAX_ATTRIBUTES:
        raise TooManyAttributes
    given = {"choices": [], **values}
    position = given.pop("position", None)
    _check_choices(given["type"], given["choices"])
    attribute = CategoryAttribute(category_id=category_id, **given, position=-1)
    places.put(attribute, own, position)
    session().add(attribute)
    _publish(category_id)
    return attribute


@transaction
def change_attribute(attribute_id: UUID, values: Mapping[str, Any]) -> CategoryAttribute:
    """Change an attribute; key and type stay, since values are kept under them.

    Raises `NotFound`, and ValidationFailed for another key or type and for choices that don't fit.
    """
    lock_tree()
    attribute = _locked(attribute_id)
    errors = [
        field_error(f"/{name}", "fixed", "This cannot be changed, since values are kept by it; make a new attribute.")
        for name in _FIXED
        if name in values and values[name] != getattr(attribute, name)
    ]
    if errors:
        raise ValidationFailed(errors=errors)
    _check_choices(attribute.type, values.get("choices", attribute.choices))
    for name, value in values.items():
        if name != "position" and getattr(attribute, name) != value:
            setattr(attribute, name, value)
    if "position" in values:
        places.put(attribute, _own(attribute.category_id), values["position"])
    _publish(attribute.category_id)
    return attribute


@transaction
def delete_attribute(attribute_id: UUID) -> None:
    """Take an attribute away; values that other addons keep under its key count no more. Raises `NotFound`."""
    lock_tree()
    attribute = _locked(attribute_id)
    session().delete(attribute)
    places.number([other for other in _own(attribute.category_id) if other is not attribute])
    _publish(attribute.category_id)


def _check_choices(kind: AttributeType, choices: Sequence[Mapping[str, Any]]) -> None:
    if not kind.has_choices and choices:
        raise wrong("choices", "no_choices", "Only attributes of the types choice and choices have choices.")
    if kind.has_choices and not choices:
        raise wrong("choices", "required", "Name at least one choice.")
    seen: set[str] = set()
    for place, choice in enumerate(choices):
        if choice["value"] in seen:
            raise wrong(f"choices/{place}/value", "repeated", "Another choice has this value.")
        seen.add(choice["value"])


def _locked(attribute_id: UUID) -> CategoryAttribute:
    attribute = session().get(CategoryAttribute, attribute_id, with_for_update=True)
    if attribute is None:
        raise NotFound
    return attribute


def _own(category_id: UUID) -> Sequence[CategoryAttribute]:
    mine = select(CategoryAttribute).where(CategoryAttribute.category_id == category_id)
    ordered = mine.order_by(CategoryAttribute.position, CategoryAttribute.id)
    return session().scalars(ordered.with_for_update()).all()


def _publish(category_id: UUID) -> None:
    session().flush()
    publish(CategoryChanged(category_id=category_id, changed=["attributes"]))
