"""The demo's categories: what an Iranian marketplace sells, with attributes and fees."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from addon_sdk import DemoSize, Money, demo, session, transaction
from asoud_category.models import AttributeType, Category
from asoud_category.services import add_attribute, create_category

_INDENT = "  "


class Line(NamedTuple):
    """A category of the outline."""

    depth: int
    title: str
    title_en: str
    slug: str
    fee: Money | None


def outline() -> Iterator[Line]:
    """The demo's categories, parents first; two blanks at the beginning are one level."""
    for text in _data("demo_categories.txt").splitlines():
        title, title_en, slug, *fee = (part.strip() for part in text.split("|"))
        depth = (len(text) - len(text.lstrip())) // len(_INDENT)
        yield Line(depth, title, title_en, slug, Money(int(fee[0]), "IRR") if fee else None)


def _count(size: DemoSize) -> int:
    return len(list(outline()))


@demo(count=_count)
def load(size: DemoSize, advance: Callable[[int], None]) -> None:
    """Make the categories that are missing, with their attributes; what is there, known by its slug, stays as it is."""
    attributes = json.loads(_data("demo_attributes.json"))
    path: list[UUID] = []
    for _, lines in groupby(outline(), key=_counted_roots()):
        branch = list(lines)
        with transaction():
            for line in branch:
                parent_id = path[line.depth - 1] if line.depth else None
                path[line.depth :] = [_category(line, parent_id, attributes.get(line.slug, ()))]
        advance(len(branch))


def _counted_roots() -> Callable[[Line], int]:
    """A key that is the same for a root and all below it."""
    roots = 0

    def key(line: Line) -> int:
        nonlocal roots
        roots += line.depth == 0
        return roots

    return key


def _category(line: Line, parent_id: UUID | None, attributes: Sequence[Mapping[str, Any]]) -> UUID:
    found = session().scalar(select(Category.id).where(Category.slug == line.slug))
    if found is not None:
        return found
    category = create_category(line.title, line.slug, parent_id=parent_id, title_en=line.title_en, market_fee=line.fee)
    for attribute in attributes:
        add_attribute(category.id, _values(attribute))
    return category.id


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    named = given.get("choices", {}).items()
    choices = [{"value": value, "title": title, "title_en": None} for value, title in named]
    return {**given, "type": AttributeType(given["type"]), "choices": choices}


def _data(name: str) -> str:
    return files("asoud_category").joinpath("data", name).read_text("utf-8")
