"""Setting scopes: the things, beside the whole site, that settings may be set for, such as one market."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from kernel.addons.contributions import contribute

if TYPE_CHECKING:
    from kernel.identity.principal import Principal


@dataclass(frozen=True, slots=True)
class SettingScope:
    """A kind of object that has settings of its own."""

    name: str
    exists: Callable[[UUID], bool]
    may_edit: Callable[[Principal, UUID], bool]


class Place(NamedTuple):
    """For what a setting is set: an object of a scope, or the whole site."""

    scope: str = ""
    id: str = ""


SITE = Place()
"""The whole site."""


def setting_scope(
    name: str, *, exists: Callable[[UUID], bool], may_edit: Callable[[Principal, UUID], bool]
) -> SettingScope:
    """Declare a scope; call it at module level. Settings name it in their metadata: ``{"scopes": ["market"]}``.

    exists: whether there is such an object.
    may_edit: whether the caller may see and change its settings.
    """
    scope = SettingScope(name, exists, may_edit)
    contribute("setting_scope", name, scope, module=sys._getframe(1).f_globals["__name__"])
    return scope


def place_of(scope: tuple[str, UUID] | None) -> Place:
    """``("market", market.id)`` as a place; None is the whole site."""
    return SITE if scope is None else Place(scope[0], str(scope[1]))
