"""Values of attributes: checked by the category, kept with the product, and indexed for filters and facets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from asoud_category.models import AttributeType
from asoud_category.services import MAX_NUMBER, Attribute, attributes_of, check_values, fit_values
from asoud_iran.services import fold_for_search
from sqlalchemy import delete, insert

from addon_sdk import NotFound, ValidationFailed, new_id, now, session
from asoud_product.models import Product, Value

MILLION = 10**6
"""Numbers are indexed in millionths, which is all that attributes have."""
_LONGEST = 200
LARGEST = MAX_NUMBER * MILLION
"""The largest number of the index, in millionths."""


def checked(category_id: UUID | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of attributes as a product keeps them: JSON, decimals as text.

    Until a product asks for publication, values that its category requires may be missing. Raises ValidationFailed for
    values that are wrong.
    """
    if category_id is None:
        if any(value not in (None, "", []) for value in values.values()):
            raise ValidationFailed.of(
                "/attributes", "no_category", "Choose a category; it says which attributes there are."
            )
        return {}
    return as_kept(check_values(attributes_for(category_id), values, complete=False))


def current(product: Product) -> dict[str, Any]:
    """What counts of a product's values: those that fit the attributes of its category as they are now.

    What no longer fits is kept, since an editor may take his change back.
    """
    return fitting(attributes_for(product.category_id), product.attributes)


def fitting(attributes: Sequence[Attribute], values: Mapping[str, Any]) -> dict[str, Any]:
    """What of values fits these attributes, as a product keeps it."""
    return as_kept(fit_values(attributes, values))


def attributes_for(category_id: UUID | None) -> tuple[Attribute, ...]:
    """The attributes of things in a category, from the cache; none without a category or of one that is gone."""
    try:
        return attributes_of(category_id) if category_id else ()
    except NotFound:
        return ()


def as_kept(found: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values as a product keeps them."""
    return {key: f"{value:f}" if isinstance(value, Decimal) else value for key, value in found.items()}


def index(product: Product) -> None:
    """Index the values of a product's filterable attributes anew."""
    session().execute(delete(Value).where(Value.product_id == product.id))
    store(indexed(product.id, product.listed_at, attributes_for(product.category_id), product.attributes))


def store(rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows of the index."""
    at = now()
    if timed := [{**row, "created_at": at, "updated_at": at} for row in rows]:
        session().execute(insert(Value), timed)


def indexed(
    product_id: UUID, listed_at: datetime, attributes: Sequence[Attribute], values: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """The rows of the index for a product's values of these attributes, without times of their own."""
    filterable = [attribute for attribute in attributes if attribute.filterable]
    fits = fitting(filterable, values)
    for attribute in filterable:
        if attribute.key in fits:
            for text, number in terms_of(attribute, fits[attribute.key]):
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
    """A number of an attribute as the index has it."""
    return int(number * MILLION)
