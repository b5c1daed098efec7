"""Slides, one by one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, NotFound, contended, current_principal, etag, public, raises, requires
from asoud_category import schemas, services
from asoud_category.problems import TooManySlides
from asoud_category.services.slides import get_slide
from asoud_category.views import versions

blp = Blueprint("category_slides", description="Pictures at the top of a category's page.")


@blp.post("/categories/<uuid:category_id>/slides")
@requires("category.edit")
@raises(NotFound, TooManySlides)
@blp.arguments(schemas.SlideSchema)
@blp.response(201, schemas.SlideSchema)
def add_slide(data: dict[str, Any], category_id: UUID) -> dict[str, Any]:
    """Give a category a slide; upload its picture first, with the kind `category.slide`."""
    return services.add_slide(category_id, data, user_id=current_principal().user_id)


@blp.get("/slides/<uuid:slide_id>")
@public
@raises(NotFound)
@etag(versions.slide)
@blp.response(200, schemas.SlideSchema)
def show_slide(slide_id: UUID) -> dict[str, Any]:
    """Show a slide."""
    return get_slide(slide_id)


@blp.patch("/slides/<uuid:slide_id>")
@requires("category.edit")
@contended(versions.locked_slide)
@raises(NotFound)
@blp.arguments(schemas.SlideSchema.patch())
@blp.response(200, schemas.SlideSchema)
def edit_slide(data: dict[str, Any], slide_id: UUID) -> dict[str, Any]:
    """Change a slide's picture, title, address or place."""
    return services.change_slide(slide_id, data, user_id=current_principal().user_id)


@blp.delete("/slides/<uuid:slide_id>")
@requires("category.edit")
@raises(NotFound)
@blp.response(204)
def delete_slide(slide_id: UUID) -> None:
    """Take a slide away, and its picture with it."""
    services.delete_slide(slide_id)
