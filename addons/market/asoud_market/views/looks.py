"""How a market looks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, Page, raises, requires
from asoud_market.models import Market, Picture
from asoud_market.problems import TooManyPictures
from asoud_market.schemas.common import FileIdSchema
from asoud_market.schemas.markets import MarketSchema, ThemeSchema
from asoud_market.schemas.parts import NewPictureSchema, PictureChangeSchema, PictureSchema
from asoud_market.services import looks
from asoud_market.services.access import get_market
from asoud_market.views.rules import edits, found, matching, reviewed, versioned, views

blp = Blueprint("market_looks", description="Theme, logo, background, slides and gallery of one's market.")


@blp.get("/my/markets/<uuid:market_id>/theme")
@views
@found
@versioned
@blp.response(200, ThemeSchema)
def get_theme(market_id: UUID) -> dict[str, Any]:
    """Show a market's colours and fonts."""
    return get_market(market_id).theme


@blp.put("/my/markets/<uuid:market_id>/theme")
@edits
@reviewed
@matching
@blp.arguments(ThemeSchema)
@blp.response(200, ThemeSchema)
def set_theme(data: dict[str, Any], market_id: UUID) -> dict[str, Any]:
    """Choose a market's colours and fonts."""
    return looks.set_theme(market_id, data).theme


@blp.put("/my/markets/<uuid:market_id>/logo")
@edits
@reviewed
@blp.arguments(FileIdSchema)
@blp.response(200, MarketSchema)
def set_logo(data: dict[str, Any], market_id: UUID) -> Market:
    """Show an upload of the kind `market.logo`."""
    return looks.show_file(market_id, "logo", data["file_id"])


@blp.delete("/my/markets/<uuid:market_id>/logo")
@edits
@reviewed
@blp.response(204)
def delete_logo(market_id: UUID) -> None:
    """Show no logo."""
    looks.show_file(market_id, "logo", None)


@blp.put("/my/markets/<uuid:market_id>/background")
@edits
@reviewed
@blp.arguments(FileIdSchema)
@blp.response(200, MarketSchema)
def set_background(data: dict[str, Any], market_id: UUID) -> Market:
    """Show an upload of the kind `market.background`."""
    return looks.show_file(market_id, "background", data["file_id"])


@blp.delete("/my/markets/<uuid:market_id>/background")
@edits
@reviewed
@blp.response(204)
def delete_background(market_id: UUID) -> None:
    """Show no background."""
    looks.show_file(market_id, "background", None)


@blp.put("/my/markets/<uuid:market_id>/badge")
@requires("market.moderate")
@found
@blp.arguments(FileIdSchema)
@blp.response(200, MarketSchema)
def set_badge(data: dict[str, Any], market_id: UUID) -> Market:
    """Show an upload of the kind `market.badge`, as the site's staff."""
    return looks.show_file(market_id, "badge", data["file_id"])


@blp.delete("/my/markets/<uuid:market_id>/badge")
@requires("market.moderate")
@found
@blp.response(204)
def delete_badge(market_id: UUID) -> None:
    """Show no badge."""
    looks.show_file(market_id, "badge", None)


@blp.get("/my/markets/<uuid:market_id>/pictures")
@views
@found
@versioned
@blp.page(PictureSchema)
def list_pictures(market_id: UUID) -> Page:
    """List slides and gallery, in their order."""
    return Page(looks.pictures_of(market_id))


@blp.post("/my/markets/<uuid:market_id>/pictures")
@edits
@reviewed
@raises(TooManyPictures)
@blp.arguments(NewPictureSchema)
@blp.response(201, PictureSchema)
def add_picture(data: dict[str, Any], market_id: UUID) -> Picture:
    """Show an upload of the kind `market.picture` among slides or gallery."""
    return looks.add_picture(market_id, data)


@blp.patch("/my/markets/<uuid:market_id>/pictures/<uuid:picture_id>")
@edits
@reviewed
@matching
@blp.arguments(PictureChangeSchema)
@blp.response(200, PictureSchema)
def change_picture(data: dict[str, Any], market_id: UUID, picture_id: UUID) -> Picture:
    """Change a picture's title, link or place."""
    return looks.change_picture(market_id, picture_id, data)


@blp.delete("/my/markets/<uuid:market_id>/pictures/<uuid:picture_id>")
@edits
@reviewed
@blp.response(204)
def delete_picture(market_id: UUID, picture_id: UUID) -> None:
    """Show a picture no longer."""
    looks.delete_picture(market_id, picture_id)
