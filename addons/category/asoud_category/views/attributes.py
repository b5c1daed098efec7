"""Attributes, one by one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, NotFound, contended, etag, public, raises, requires
from asoud_category import schemas, services
from asoud_category.models import CategoryAttribute
from asoud_category.problems import TooManyAttributes
from asoud_category.services.attributes import get_attribute
from asoud_category.views import versions

blp = Blueprint("category_attributes", description="Attributes of what is in a category.")


@blp.post("/categories/<uuid:category_id>/attributes")
@requires("category.edit")
@raises(NotFound, TooManyAttributes)
@blp.arguments(schemas.AttributeSchema)
@blp.response(201, schemas.AttributeSchema)
def add_attribute(data: dict[str, Any], category_id: UUID) -> CategoryAttribute:
    """Give a category and its descendants an attribute."""
    return services.add_attribute(category_id, data)


@blp.get("/attributes/<uuid:attribute_id>")
@public
@raises(NotFound)
@etag(versions.attribute)
@blp.response(200, schemas.AttributeSchema)
def show_attribute(attribute_id: UUID) -> CategoryAttribute:
    """Show an attribute."""
    return get_attribute(attribute_id)


@blp.patch("/attributes/<uuid:attribute_id>")
@requires("category.edit")
@contended(versions.locked_attribute)
@raises(NotFound)
@blp.arguments(schemas.AttributeChangeSchema)
@blp.response(200, schemas.AttributeSchema)
def edit_attribute(data: dict[str, Any], attribute_id: UUID) -> CategoryAttribute:
    """Change an attribute; its key and type stay."""
    return services.change_attribute(attribute_id, data)


@blp.delete("/attributes/<uuid:attribute_id>")
@requires("category.edit")
@raises(NotFound)
@blp.response(204)
def delete_attribute(attribute_id: UUID) -> None:
    """Take an attribute away from a category and its descendants."""
    services.delete_attribute(attribute_id)
