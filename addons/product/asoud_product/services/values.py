"""Values of attributes: checked by the category, kept with the product, and indexed for filters and facets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from asoud_category.models import AttributeType
from asoud_category.services import Attribute, attributes_of, check_attributes, tree
from asoud_iran.services import fold_for_search
from sqlalchemy import delete, insert

from addon_sdk import ValidationFailed, new_id, now, session
from asoud_product.models import Product, Value

MILLION = 10**6
"""Numbers are indexed in millionths, which is all that attributes have."""
_LONGEST = 200
_LARGEST = 2**63 - 1


def checked(category_id: UUID | None, values: Mapping[str, Any], *, complete: bool) -> dict[str, Any]:
    """The values of attributes as a product keeps them: JSON, decimals as text.

    Until a product asks for publication (``complete``), values that its category requires may be missing. Raises
    ValidationFailed for a category that isn't there or isn't shown, and for values that are wrong.
    """
    if category_id is None:
        if any(value not in (None, "", []) for value in values.values()):
            raise ValidationFailed.of(
                "/attributes", "no_category", "Choose a category; it says which attributes there are."
            )
        return {}
    _shown(category_id)
    return as_kept(check_attributes(category_id, values, complete=complete))


def as_kept(found: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values as a product keeps them."""
    return {key: f"{value:f}" if isinstance(value, Decimal) else value for key, value in found.items()}


def _shown(category_id: UUID) -> None:
    node = tree().nodes.get(category_id)
    if node is None or not node.is_shown:
        raise ValidationFailed.unknown("category_id")


def index(product: Product) -> None:
    """Index the values of a product's filterable attributes anew."""
    session().execute(delete(Value).where(Value.product_id == product.id))
    attributes, at = attributes_of(product.category_id) if product.category_id else (), now()
    times = {"created_at": at, "updated_at": at}
    rows = [{**row, **times} for row in indexed(product.id, product.listed_at, attributes, product.attributes)]
    if rows:
        session().execute(insert(Value), rows)


def indexed(
    product_id: UUID, listed_at: datetime, attributes: Sequence[Attribute], values: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """The rows of the index for a product's values of these attributes, without times of their own."""
    for attribute in attributes:
        if attribute.filterable and attribute.key in values:
            for text, number in terms_of(attribute, values[attribute.key]):
                ids = {"id": new_id(), "product_id": product_id, "listed_at": listed_at, "key": attribute.key}
                yield {**ids, "text": text, "number": number}


def terms_of(attribute: Attribute, value: Any) -> Iterator[tuple[str, int | None]]:
    """A value as text and, if it is a number, in millionths; several for several choices."""
    if attribute.type is AttributeType.CHOICES:
        yield from ((choice[:_LONGEST], None) for choice in value)
    elif attribute.type is AttributeType.BOOLEAN:
        yield ("true" if value else "false"), None
    elif attribute.type in (AttributeType.INTEGER, AttributeType.DECIMAL):
        yield str(value), millionths(Decimal(str(value)))
    else:
        text = value if attribute.type is AttributeType.CHOICE else fold_for_search(value)
        yield text[:_LONGEST], None


def millionths(number: Decimal) -> int:
    """A number as the index has it; what is beyond a column's range is its end."""
    return max(-_LARGEST, min(_LARGEST, int(number * MILLION)))
