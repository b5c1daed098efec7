"""Slides of categories; one without any shows those of the nearest ancestor that has some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import NotFound, platform, publish, session, transaction
from addon_sdk.files import StoredFile, describe_file
from asoud_category.events import CategoryChanged
from asoud_category.files import SLIDE
from asoud_category.models import CategorySlide
from asoud_category.problems import TooManySlides
from asoud_category.services import places
from asoud_category.services.catalogue import lock_tree, path_ids

MAX_SLIDES = 20
"""How many a category may have of its own."""
_WITH_PICTURES = (
    select(CategorySlide, StoredFile)
    .join(StoredFile, StoredFile.id == CategorySlide.file_id)
    .order_by(CategorySlide.position, CategorySlide.id)
)


def slides_of(category_id: UUID) -> list[dict[str, Any]]:
    """The slides that a category shows, with their pictures, by one statement. Raises `NotFound`."""
    return slides_along(path_ids(category_id))


def slides_along(path: Sequence[UUID]) -> list[dict[str, Any]]:
    """The slides of the last category of a path that has some, with their pictures."""
    rows = session().execute(_WITH_PICTURES.where(CategorySlide.category_id.in_(path))).all()
    having = {slide.category_id for slide, _ in rows}
    nearest = next((category_id for category_id in reversed(path) if category_id in having), None)
    return [_shown(slide, file) for slide, file in rows if slide.category_id == nearest]


def get_slide(slide_id: UUID) -> dict[str, Any]:
    """One slide with its picture. Raises `NotFound`."""
    row = session().execute(_WITH_PICTURES.where(CategorySlide.id == slide_id)).one_or_none()
    if row is None:
        raise NotFound
    return _shown(*row)


@transaction
def add_slide(category_id: UUID, values: Mapping[str, Any], *, user_id: UUID | None) -> dict[str, Any]:
    """Give a category a slide, as the last of its own unless ``position`` says otherwise.

    ``values``: file_id, and if wanted title, url, position. ``user_id``: whose upload it must be; None for any. Raises
    `NotFound`, `TooManySlides`, and ValidationFailed for a file that isn't such an upload.
    """
    lock_tree().node(category_id)
    own = _own(category_id)
    if len(own) >= MAX_SLIDES:
        raise TooManySlides
    _claim(values["file_id"], user_id)
    given = {name: value for name, value in values.items() if name != "position"}
    slide = CategorySlide(category_id=category_id, **given, position=-1)
    places.put(slide, own, values.get("position"))
    session().add(slide)
    _publish(category_id)
    return get_slide(slide.id)


@transaction
def change_slide(slide_id: UUID, values: Mapping[str, Any], *, user_id: UUID | None) -> dict[str, Any]:
    """Change a slide's picture, title, address or place. Raises `NotFound`, and ValidationFailed as `add_slide`."""
    lock_tree()
    slide = _locked(slide_id)
    if values.get("file_id", slide.file_id) != slide.file_id:
        _claim(values["file_id"], user_id)
        platform.files.release(slide.file_id)
    for name in values.keys() - {"position"}:
        setattr(slide, name, values[name])
    if "position" in values:
        places.put(slide, _own(slide.category_id), values["position"])
    _publish(slide.category_id)
    return get_slide(slide.id)


@transaction
def delete_slide(slide_id: UUID) -> None:
    """Take a slide away, and its picture with it. Raises `NotFound`."""
    lock_tree()
    slide = _locked(slide_id)
    platform.files.release(slide.file_id)
    session().delete(slide)
    places.number([other for other in _own(slide.category_id) if other is not slide])
    _publish(slide.category_id)


def _claim(file_id: UUID, user_id: UUID | None) -> None:
    platform.files.claim(file_id, kinds={SLIDE.name}, user_id=user_id, field="file_id")


def _shown(slide: CategorySlide, file: StoredFile) -> dict[str, Any]:
    return {
        "id": slide.id,
        "category_id": slide.category_id,
        "title": slide.title,
        "url": slide.url,
        "position": slide.position,
        "picture": describe_file(file),
        "updated_at": slide.updated_at,
    }


def _locked(slide_id: UUID) -> CategorySlide:
    slide = session().get(CategorySlide, slide_id, with_for_update=True)
    if slide is None:
        raise NotFound
    return slide


def _own(category_id: UUID) -> Sequence[CategorySlide]:
    mine = select(CategorySlide).where(CategorySlide.category_id == category_id)
    ordered = mine.order_by(CategorySlide.position, CategorySlide.id)
    return session().scalars(ordered.with_for_update()).all()


def _publish(category_id: UUID) -> None:
    session().flush()
    publish(CategoryChanged(category_id=category_id, changed=["slides"]))
