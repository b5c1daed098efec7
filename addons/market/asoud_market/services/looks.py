"""How a market looks: theme, logo, background, the staff's badge, slides and gallery."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select

from addon_sdk import NotFound, current_principal, platform, session, setting, transaction
from asoud_market.files import BACKGROUND, BADGE, LOGO, PICTURE
from asoud_market.models import Market, Picture
from asoud_market.problems import TooManyPictures
from asoud_market.services.access import demand_market
from asoud_market.services.editing import assign, editable, touched

Place = Literal["logo", "background", "badge"]
_KINDS = {"logo": LOGO.name, "background": BACKGROUND.name, "badge": BADGE.name}


@transaction
def set_theme(market_id: UUID, theme: dict[str, Any]) -> Market:
    """Choose a market's colours and fonts. Raises as `editing.editable` does."""
    market = editable(market_id)
    return touched(market) if assign(market, {"theme": theme}) else market


@transaction
def show_file(market_id: UUID, place: Place, file_id: UUID | None) -> Market:
    """Show an upload of the caller's as logo, background or badge, or none; the one before goes.

    The badge is for the site's staff, and its change is no edit of the owner's. Raises ValidationFailed for another's
    upload, and what `editing.editable` raises.
    """
    staff = place == "badge"
    market = demand_market(market_id, "market.moderate", lock=True) if staff else editable(market_id)
    before: UUID | None = getattr(market, f"{place}_id")
    if before == file_id:
        return market
    if file_id is not None:
        user_id = current_principal().user_id
        platform.files.claim(file_id, kinds={_KINDS[place]}, user_id=user_id, field="file_id", once=True)
    if before is not None:
        platform.files.release(before)
    setattr(market, f"{place}_id", file_id)
    return touched(market, reviewed=not staff)


def pictures_of(market_id: UUID) -> list[Picture]:
    """A market's slides and gallery, in their order."""
    order = (Picture.purpose, Picture.position, Picture.id)
    return list(session().scalars(select(Picture).where(Picture.market_id == market_id).order_by(*order)))


@transaction
def add_picture(market_id: UUID, values: dict[str, Any]) -> Picture:
    """Put an upload of the caller's at the end of the slides or the gallery.

    Raises `TooManyPictures`, ValidationFailed for another's upload, and what `editing.editable` raises.
    """
    market = editable(market_id)
    same = (Picture.market_id == market_id, Picture.purpose == values["purpose"])
    count, last = session().execute(select(func.count(), func.max(Picture.position)).where(*same)).one()
    if count >= setting("max_pictures"):
        raise TooManyPictures
    user_id = current_principal().user_id
    platform.files.claim(values["file_id"], kinds={PICTURE.name}, user_id=user_id, field="file_id", once=True)
    picture = Picture(market_id=market_id, position=0 if last is None else last + 1, **values)
    session().add(picture)
    touched(market)
    return picture


@transaction
def change_picture(market_id: UUID, picture_id: UUID, values: dict[str, Any]) -> Picture:
    """Change a picture's title, link or place. Raises NotFound, and what `editing.editable` raises."""
    market = editable(market_id)
    picture = _picture(market_id, picture_id)
    position = values.pop("position", None)
    changed = assign(picture, values)
    if position is not None:
        changed |= _reorder(picture, position)
    if changed:
        touched(market)
    return picture


@transaction
def delete_picture(market_id: UUID, picture_id: UUID) -> None:
    """Show a picture no longer. Raises NotFound, and what `editing.editable` raises."""
    market = editable(market_id)
    picture = _picture(market_id, picture_id)
    platform.files.release(picture.file_id)
    session().delete(picture)
    touched(market)


def _picture(market_id: UUID, picture_id: UUID) -> Picture:
    picture = session().get(Picture, picture_id)
    if picture is None or picture.market_id != market_id:
        raise NotFound
    return picture


def _reorder(picture: Picture, position: int) -> bool:
    """Put the picture at its place among those of its purpose, and number them anew; whether any has moved."""
    others = [
        other for other in pictures_of(picture.market_id) if other.purpose is picture.purpose and other.id != picture.id
    ]
    others.insert(position, picture)
    moved = [assign(each, {"position": place}) for place, each in enumerate(others)]
    return any(moved)
