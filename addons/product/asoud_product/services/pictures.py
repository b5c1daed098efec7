"""A product's pictures, in their order; the first is the cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from addon_sdk import NotFound, platform, session, setting, transaction
from addon_sdk.files import StoredFile
from asoud_product.files import PICTURE
from asoud_product.models import Picture, Product, Variant
from asoud_product.problems import TooManyPictures, demand_all
from asoud_product.services.access import caller_id
from asoud_product.services.editing import editable, touched

_sizes = lru_cache(maxsize=4096)(PICTURE.sizes)
"""Lists ask for the same few again and again."""


def shown(products: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
    """Of each product the pictures, as its row has them, with the addresses of their bytes."""
    address = platform.files.links.public
    for pictures in products:
        found = []
        for picture in pictures:
            file_id = picture["id"]
            sizes = {
                name: {"url": address(file_id, name), "width": width, "height": height}
                for name, (width, height) in _sizes(picture["width"], picture["height"]).items()
            }
            found.append({**picture, "url": address(file_id), "sizes": sizes})
        yield found


def shown_of(product: Product) -> list[dict[str, Any]]:
    """The same of one product."""
    return next(shown([product.pictures]))


@transaction
def add_picture(market_id: UUID, product_id: UUID, values: Mapping[str, Any]) -> Product:
    """Show an upload of the caller's after the others.

    Raises `TooManyPictures`, ValidationFailed for another's upload, and what `editing.editable` raises.
    """
    product = editable(market_id, product_id)
    if len(product.pictures) >= setting("max_pictures"):
        raise TooManyPictures
    kinds = {PICTURE.name}
    file = platform.files.claim(values["file_id"], kinds=kinds, user_id=caller_id(), field="file_id", once=True)
    session().add(Picture(product_id=product_id, file_id=file.id))
    return _show(product, [*product.pictures, entry(file, values.get("title", ""))])


@transaction
def change_picture(market_id: UUID, product_id: UUID, picture_id: UUID, values: Mapping[str, Any]) -> Product:
    """Give a picture another title or place. Raises NotFound, and what `editing.editable` raises."""
    product = editable(market_id, product_id)
    found = dict(product.pictures[_place(product, picture_id)])
    if "title" in values:
        found["title"] = values["title"]
    others = [each for each in product.pictures if each["id"] != found["id"]]
    others.insert(values.get("position", _place(product, picture_id)), found)
    return _show(product, others) if others != product.pictures else product


@transaction
def delete_picture(market_id: UUID, product_id: UUID, picture_id: UUID) -> None:
    """Show a picture no longer. Raises NotFound, and what `editing.editable` raises."""
    product = editable(market_id, product_id)
    place = _place(product, picture_id)
    platform.files.release(picture_id)
    session().execute(delete(Picture).where(Picture.file_id == picture_id))
    for variant in session().scalars(select(Variant).where(Variant.product_id == product_id)):
        if variant.picture_id == picture_id:
            variant.picture_id = None
    _show(product, [*product.pictures[:place], *product.pictures[place + 1 :]])


@transaction
def order_pictures(market_id: UUID, product_id: UUID, picture_ids: Sequence[UUID]) -> Product:
    """Put all pictures in this order. Raises ValidationFailed, and what `editing.editable` raises."""
    product = editable(market_id, product_id)
    there = {each["id"]: each for each in product.pictures}
    wanted = [str(picture_id) for picture_id in picture_ids]
    demand_all("/picture_ids", wanted, there)
    ordered = [there[picture_id] for picture_id in wanted]
    return _show(product, ordered) if ordered != product.pictures else product


def entry(file: StoredFile, title: str = "") -> dict[str, Any]:
    """A picture as its product keeps it, so that lists need no other table."""
    return {"id": str(file.id), "title": title, "width": file.width, "height": file.height}


def _place(product: Product, picture_id: UUID) -> int:
    for place, each in enumerate(product.pictures):
        if each["id"] == str(picture_id):
            return place
    raise NotFound


def _show(product: Product, pictures: list[dict[str, Any]]) -> Product:
    before, product.pictures = product.pictures, pictures
    return touched(product, {"pictures": ([each["id"] for each in before], [each["id"] for each in pictures])})
