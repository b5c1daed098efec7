"""What a product needs before everybody may see it."""

from __future__ import annotations

from asoud_category.services import check_attributes

from addon_sdk import FieldError, NotFound, ValidationFailed
from asoud_product.models import Product
from asoud_product.problems import Incomplete, field_error
from asoud_product.services import values


def missing_of(product: Product) -> list[FieldError]:
    """What is still missing: a category, values that it asks for, a description, and of goods a picture."""
    missing = []
    if not product.description:
        missing.append(field_error("/description", "required", "Describe the product."))
    if not product.pictures:
        missing.append(field_error("/pictures", "required", "Show at least one picture."))
    if product.category_id is None:
        return [*missing, field_error("/category_id", "required", "Choose a category.")]
    try:
        check_attributes(product.category_id, values.current(product))
    except ValidationFailed as failure:
        missing.extend(failure.errors)
    except NotFound:
        missing.append(field_error("/category_id", "unknown", "This category is gone; choose another one."))
    return missing


def demand_complete(product: Product) -> None:
    """Raises `Incomplete`, which names everything that is missing."""
    missing = missing_of(product)
    if missing:
        raise Incomplete(errors=missing)
