"""Objects that belong to somebody, for the generic test that nobody reads or changes another's.

In the addon's ``testing`` module, one function for each route whose path names such an object:

    @owned("/notes/<uuid:note_id>")
    def a_note(owner_id: UUID) -> dict[str, object]:
        return {"note_id": keep(owner_id, "secret").id}
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kernel.addons.contributions import contribute, contributions_of
from kernel.addons.discovery import owner_of
from kernel.addons.registry import LoadedAddon
from kernel.rest.blueprint import prefix_of

Make = Callable[[UUID], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class OwnedObject:
    """How to make an object that belongs to a user, and what to send to its routes."""

    rule: str
    make: Make
    bodies: Mapping[str, Any] = field(default_factory=dict)
    """By method: a valid JSON body, where an empty object isn't one."""


def owned(path: str, *, bodies: Mapping[str, Any] | None = None) -> Callable[[Make], Make]:
    """Declare for the routes at ``path`` (below the addon's prefix) a function that makes an object of theirs.

    It takes the owner's id, runs in an app context and answers with the path's arguments. Strangers then get 404.
    """

    def register(make: Make) -> Make:
        rule = f"{prefix_of(owner_of(make.__module__))}{path}"
        contribute("owned_object", rule, OwnedObject(rule, make, dict(bodies or {})), module=make.__module__)
        return make

    return register


def owned_objects(addons: Iterable[LoadedAddon]) -> dict[str, OwnedObject]:
    """What the ``testing`` modules of ``addons`` declare, by rule."""
    found = {}
    for addon in addons:
        module = f"{addon.candidate.package}.testing"
        if importlib.util.find_spec(module) is not None:
            importlib.import_module(module)
        found.update({c.key: c.value for c in contributions_of(addon.name) if c.kind == "owned_object"})
    return found
