"""The way into and out of every change of a product."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from addon_sdk import fields as sdk_fields
from addon_sdk import publish, session
from asoud_product.events import ProductChanged
from asoud_product.models import Actor, Product
from asoud_product.moves import EDITABLE
from asoud_product.problems import NotEditable
from asoud_product.services import life
from asoud_product.services.access import product_of

REVIEWED = frozenset(
    (
        "kind",
        "name",
        "description",
        "technical_detail",
        "keywords",
        "category_id",
        "attributes",
        "options",
        "pictures",
        "video_id",
    )
)
"""What the site's staff looks at: a change of it sends a published product back to the queue.

Prices, availability and the place on a shelf change by the day; a shop that lowers a price stays open.
"""


def editable(market_id: UUID, product_id: UUID) -> Product:
    """The product, locked for a change. Raises NotFound, PermissionDenied, `NotEditable`."""
    product = product_of(market_id, product_id, "product.edit", lock=True)
    if product.status not in EDITABLE:
        raise NotEditable(product_status=product.status.value)
    return product


def touched(product: Product, fields: Mapping[str, tuple[Any, Any]]) -> Product:
    """Note that a locked product has changed; ``fields`` has each change's name with what was before and is after."""
    record(product, fields)
    session().flush()
    publish(ProductChanged(product_id=product.id, market_id=product.market_id))
    if REVIEWED & fields.keys():
        life.requeue(product)
    return product


def record(product: Product, fields: Mapping[str, tuple[Any, Any]]) -> None:
    """Write what one who may edit does with a locked product into its history, as a new version of it."""
    product.version += 1
    written = {name: [as_json(before), as_json(after)] for name, (before, after) in fields.items()}
    life.note(product, product.status, Actor.OWNER, fields=written)


def as_json(value: Any) -> Any:
    """A value of a column as the history keeps it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return sdk_fields.rfc3339(value)
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: as_json(inner) for key, inner in value.items()}
    return [as_json(inner) for inner in value] if isinstance(value, list | tuple) else value
