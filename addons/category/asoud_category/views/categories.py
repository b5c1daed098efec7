"""Reading categories."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, NotFound, Page, cached, etag, public, raises
from asoud_category import schemas
from asoud_category.services import attributes_of, details, listing, slides_of
from asoud_category.services.catalogue import KEEP_SECONDS, TAG
from asoud_category.views import versions

blp = Blueprint("category", description="Categories: the tree, what each inherits, and search.")


@blp.get("/tree")
@public
@cached(seconds=KEEP_SECONDS, tags=[TAG])
@blp.arguments(schemas.TreeQuery, location="query")
@blp.page(schemas.BranchSchema)
def list_tree(query: dict[str, Any]) -> Page:
    """List the roots with all that is below them, in one call."""
    return Page(listing.shown_branches(query["root"], query["depth"]))


@blp.get("/categories")
@public
@blp.arguments(schemas.CategoryQuery, location="query")
@blp.page(schemas.CategorySchema)
def list_categories(query: ListArgs) -> Page:
    """List categories, or find them by a part of a title; in alphabetical order."""
    return listing.list_categories(query)


@blp.get("/categories/<uuid:category_id>")
@public
@raises(NotFound)
@etag(versions.category)
@blp.response(200, schemas.DetailSchema)
def get_category(category_id: UUID) -> dict[str, Any]:
    """Show a category with its path, effective fee, attributes and slides."""
    return versions.detail_of_this_request()


@blp.get("/categories/<uuid:category_id>/attributes")
@public
@raises(NotFound)
@blp.page(schemas.AttributeSchema)
def list_category_attributes(category_id: UUID) -> Page:
    """List the attributes of everything in a category: inherited ones first, then its own."""
    return Page(attributes_of(details.visible_node(category_id).id))


@blp.get("/categories/<uuid:category_id>/slides")
@public
@raises(NotFound)
@blp.page(schemas.SlideSchema)
def list_category_slides(category_id: UUID) -> Page:
    """List a category's slides, or those of the nearest ancestor that has some."""
    return Page(slides_of(details.visible_node(category_id).id))
