"""Rights on single objects: who belongs to a market, a shop, a room, and what he may do there.

An addon registers one scope per object type. A right is held everywhere, by a role, or on one object, by belonging to
it. Who may not even read the object is told that there is none (404); who may read it but not do this gets 403.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.addons.contributions import contribute
from kernel.db import Model
from kernel.errors import NotFound, PermissionDenied
from kernel.identity.principal import Principal, current_principal
from kernel.runtime import platform


@dataclass(frozen=True, slots=True)
class PermissionScope:
    """An object type and who belongs to it."""

    name: str
    model: type[Model] | None
    permissions: Callable[[UUID, UUID], Iterable[str]]
    members: Callable[[UUID], Iterable[UUID]]
    visible: Callable[[Principal, UUID], bool] | None


def permission_scope(
    name: str,
    *,
    permissions: Callable[[UUID, UUID], Iterable[str]],
    members: Callable[[UUID], Iterable[UUID]],
    model: type[Model] | None = None,
    visible: Callable[[Principal, UUID], bool] | None = None,
) -> PermissionScope:
    """Declare a scope at module level; its name is unique among all addons.

    ``permissions(user_id, object_id)`` are those that the user holds on the object, none for strangers.
    ``members(object_id)`` are the ids of the users who belong to it. ``model`` lets `may` know the scope by an
    object's type. ``visible(principal, object_id)`` says who may read the object without belonging to it.
    """
    scope = PermissionScope(name, model, permissions, members, visible)
    contribute("permission_scope", name, scope, module=str(sys._getframe(1).f_globals["__name__"]))
    return scope


def scope_named(name: str) -> PermissionScope | None:
    """The scope, or None when no enabled addon declares it."""
    found = platform.registry.find("permission_scope", name)
    return found.value if found is not None and platform.gate.counts(found) else None


def _scope_of(obj: Model) -> PermissionScope | None:
    for item in platform.registry.contributions("permission_scope"):
        if item.value.model is not None and isinstance(obj, item.value.model) and platform.gate.counts(item):
            return item.value  # type: ignore[no-any-return]  # a contribution's value is untyped
    return None


def members_of(scope: str, object_id: UUID) -> frozenset[UUID]:
    """Ids of the users who belong to the object; nobody when the scope doesn't exist."""
    found = scope_named(scope)
    return frozenset(found.members(object_id)) if found else frozenset()


def may(principal: Principal, permission: str, obj: Model) -> bool:
    """Whether the caller holds ``permission`` everywhere or on ``obj``."""
    if principal.can(permission):
        return True
    scope = _scope_of(obj)
    if scope is None or principal.user_id is None:
        return False
    return permission in scope.permissions(principal.user_id, obj.id)


def demand(permission: str, obj: Model, *, principal: Principal | None = None) -> None:
    """Raise `NotFound` or `PermissionDenied` unless the caller `may`."""
    caller = principal or current_principal()
    if not caller.can(permission):
        scope = _scope_of(obj)
        if scope is None:
            raise PermissionDenied(permission=permission)
        _demand(caller, permission, scope, obj.id)


def demand_in_scope(principal: Principal, permission: str, scope: str, object_id: Any) -> None:
    """Like `demand`, for an object known by its scope's name and its id, as the access rules know it."""
    found = scope_named(scope)
    if found is None:
        raise PermissionDenied(permission=permission)
    try:
        wanted = object_id if isinstance(object_id, UUID) else UUID(str(object_id))
    except ValueError:
        raise NotFound from None
    _demand(principal, permission, found, wanted)


def _demand(principal: Principal, permission: str, scope: PermissionScope, object_id: UUID) -> None:
    held = frozenset(scope.permissions(principal.user_id, object_id)) if principal.user_id else frozenset()
    if permission in held:
        return
    if held or (scope.visible is not None and scope.visible(principal, object_id)):
        raise PermissionDenied(permission=permission)
    raise NotFound
