"""What addons declare about the cache: which events drop which tags, and what is computed before anybody asks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, TypeVar

from kernel.addons.contributions import contribute
from kernel.addons.discovery import owner_of
from kernel.cache.names import tag_name

F = TypeVar("F", bound=Callable[[], object])


@dataclass(frozen=True, slots=True)
class DropOn:
    """Tags to drop when an event is published; the value of a ``cache_drop`` contribution."""

    event: str
    tags: tuple[str, ...]

    def names(self, payload: Mapping[str, Any]) -> list[str]:
        """The full tag names with the payload's fields filled in. Raises KeyError for a field that it lacks."""
        return [tag.format_map(payload) for tag in self.tags]


@dataclass(frozen=True, slots=True)
class Warmer:
    """A function that fills the cache; the value of a ``cache_warmer`` contribution."""

    function: Callable[[], object]
    tags: frozenset[str]


def drop_on(event: str, *, tags: str | tuple[str, ...]) -> None:
    """Drop ``tags`` in every process whenever ``event`` is published, in any version.

    ``{field}`` stands for a field of the payload: ``drop_on("market.edited", tags="market:{market_id}")``. Call it at
    module level; tags belong to the calling addon. Raises ValueError for braces that name no field.
    """
    module = sys._getframe(1).f_globals["__name__"]
    given = (tags,) if isinstance(tags, str) else tags
    for tag in given:
        if any(field == "" for _, field, _, _ in Formatter().parse(tag)):
            raise ValueError(f"drop_on({event!r}): tag {tag!r} has braces without the name of a payload's field.")
    names = tuple(tag_name(tag, owner_of(module)) for tag in given)
    contribute(
        "cache_drop", f"{owner_of(module)}: {event} drops {', '.join(names)}", DropOn(event, names), module=module
    )


def warms(*tags: str) -> Callable[[F], F]:
    """Run the function by a job after boot, and again whenever one of ``tags`` is dropped, so that nobody waits.

    The function reads through `get_or_compute` what clients will ask for; it takes no arguments. It runs in the site's
    language and as nobody: warm only what is the same for all callers.
    """

    def declare(function: F) -> F:
        owner = owner_of(function.__module__)
        warmer = Warmer(function, frozenset(tag_name(tag, owner) for tag in tags))
        contribute("cache_warmer", f"{owner}.{function.__name__}", warmer, module=function.__module__)
        return function

    return declare
