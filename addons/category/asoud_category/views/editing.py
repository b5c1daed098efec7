"""Changing the tree."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, NotFound, Page, contended, raises, requires
from asoud_category import schemas, services
from asoud_category.models import Category
from asoud_category.problems import CategoryInUse, HasChildren
from asoud_category.services import listing
from asoud_category.views import versions

blp = Blueprint("category_editing", description="Changing categories.")


@blp.get("/tree/all")
@requires("category.edit")
@blp.arguments(schemas.TreeQuery, location="query")
@blp.page(schemas.EditorBranchSchema)
def list_whole_tree(query: dict[str, Any]) -> Page:
    """List the tree with its hidden categories, as it is at this moment."""
    return Page(listing.all_branches(query["root"], query["depth"]))


@blp.post("/categories")
@requires("category.edit")
@blp.arguments(schemas.CategorySchema)
@blp.response(201, schemas.CategorySchema)
def create_category(data: dict[str, Any]) -> Category:
    """Make a category; without `position` it becomes the last among its siblings."""
    return services.create_category(**data)


@blp.patch("/categories/<uuid:category_id>")
@requires("category.edit")
@contended(versions.locked_category)
@raises(NotFound)
@blp.arguments(schemas.CategoryChangeSchema.patch())
@blp.response(200, schemas.CategorySchema)
def edit_category(data: dict[str, Any], category_id: UUID) -> Category:
    """Change a category. `If-Match` is the ETag of its GET."""
    return services.update_category(category_id, data)


@blp.put("/categories/<uuid:category_id>/place")
@requires("category.edit")
@raises(NotFound)
@blp.arguments(schemas.PlaceSchema)
@blp.response(200, schemas.CategorySchema)
def move_category(data: dict[str, Any], category_id: UUID) -> Category:
    """Move a category with all below it to another parent, or among its siblings."""
    return services.move_category(category_id, **data)


@blp.put("/order")
@requires("category.edit")
@blp.arguments(schemas.OrderSchema)
@blp.page(schemas.CategorySchema)
def reorder_categories(data: dict[str, Any]) -> Page:
    """Give all children of one category, or all roots, a new order."""
    return Page(services.reorder_categories(**data))


@blp.delete("/categories/<uuid:category_id>")
@requires("category.edit")
@raises(NotFound, HasChildren, CategoryInUse)
@blp.response(204)
def delete_category(category_id: UUID) -> None:
    """Delete a category that has no children and that nothing belongs to."""
    services.delete_category(category_id)
