"""The attributes that the demo's products have, checked by their category once for all that look alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from asoud_category.models import AttributeType
from asoud_category.services import Attribute, attributes_of, check_values, tree

from addon_sdk import ValidationFailed
from asoud_product.demo import goods
from asoud_product.services.values import as_kept, indexed


class Look(NamedTuple):
    """A category, values of its attributes, and the ways in which variants differ."""

    category_id: UUID | None
    """None where an editor has taken the category away."""
    attributes: Sequence[Attribute]
    values: Mapping[str, Any]
    options: Sequence[Mapping[str, Any]]

    def index(self, product_id: UUID, listed_at: datetime) -> Iterator[dict[str, Any]]:
        """The rows that lists filter by."""
        return indexed(product_id, listed_at, self.attributes, self.values)


class Looks:
    """The looks of all categories, as the category tree is now."""

    def __init__(self) -> None:
        """Reads the tree; outside transactions, so that it comes from the cache."""
        self._ids = {node.slug: node.id for node in tree().nodes.values() if node.is_shown}
        self._made: dict[tuple[str, str, int], Look] = {}

    def of(self, sample: goods.Sample) -> Look:
        """How this product looks."""
        key = (sample.good.slug, sample.item.name, sample.look)
        if key not in self._made:
            self._made[key] = self._make(sample)
        return self._made[key]

    def _make(self, sample: goods.Sample) -> Look:
        category_id = self._ids.get(sample.good.slug)
        attributes = attributes_of(category_id) if category_id else ()
        known = {**sample.good.values, **sample.item.values}
        found = ((each.key, _value(each, known.get(each.key, ()), sample.look)) for each in attributes)
        try:
            values = as_kept(check_values(attributes, {key: value for key, value in found if value is not None}))
        except ValidationFailed:  # an editor asks for what the demo doesn't know
            return Look(None, (), {}, [])
        return Look(category_id, attributes, values, list(_options(attributes, values)))


def _value(attribute: Attribute, known: Sequence[str], look: int) -> Any:
    """One of those that the demo knows for it; of choices any will do."""
    if known:
        return known[look % len(known)]
    choices = [choice["value"] for choice in attribute.choices]
    if attribute.type is AttributeType.BOOLEAN:
        return look % 2 == 0
    if attribute.type is AttributeType.CHOICE:
        return choices[look % len(choices)]
    if attribute.type is AttributeType.CHOICES:
        return [choices[(look + step) % len(choices)] for step in range(min(1 + look % 3, len(choices)))]
    return None


def _options(attributes: Sequence[Attribute], values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What has several choices comes in variants: the last such attribute, which is the category's own."""
    for attribute in reversed(attributes):
        chosen = values.get(attribute.key)
        if attribute.type is AttributeType.CHOICES and chosen and len(chosen) > 1:
            titles = {choice["value"]: choice["title"] for choice in attribute.choices}
            yield {"name": attribute.title, "values": [titles[value] for value in chosen]}
            return
