"""What is checked at boot about permissions, roles and limits that an addon names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kernel.addons.contributions import Contribution
from kernel.addons.registry import Registry
from kernel.identity.access import access_of
from kernel.identity.throttles import throttles_of
from kernel.identity.throttles.admission import READ, WRITE


def identity_faults(registry: Registry, contributions: Sequence[Contribution]) -> list[str]:
    """Everything below for what one addon offers: its roles, its views and its socket events."""
    views = [view.function for item in contributions if item.kind == "blueprint" for view in item.value.views]
    events = [
        getattr(item.value, handler.method)
        for item in contributions
        if item.kind == "namespace"
        for handler in item.value.events()
    ]
    return role_faults(registry, contributions) + callable_faults(registry, contributions, [*views, *events])


def role_faults(registry: Registry, contributions: Sequence[Contribution]) -> list[str]:
    """Permissions that the addon's roles name although nobody declares them; each sentence has the mend."""
    known = _keys(registry, contributions, "permission")
    found = []
    for item in contributions:
        if item.kind == "role":
            found += _unknown(known, item.value.permissions, f"the role {item.key}")
        elif item.kind == "role_extension":
            found += _unknown(known, item.value[1], f"the addition to the role {item.value[0]}")
    return found


def callable_faults(
    registry: Registry, contributions: Sequence[Contribution], functions: Iterable[Callable[..., Any]]
) -> list[str]:
    """Permissions, scopes and limits that views or socket events name although nobody declares them."""
    permissions = _keys(registry, contributions, "permission")
    scopes = _keys(registry, contributions, "permission_scope")
    throttles = _keys(registry, contributions, "throttle") | {READ, WRITE}
    found = []
    for function in functions:
        name = f"{function.__module__}.{function.__qualname__}"
        access = access_of(function)
        if access is not None:
            found += _unknown(permissions, access.permissions, name)
            if access.scope is not None and access.scope not in scopes:
                found.append(f"{name} names the permission scope {access.scope!r}, which nobody declares.")
        for key in throttles_of(function):
            if key not in throttles:
                found.append(f"{name} names the limit {key!r}, which nobody declares; declare it with throttle_rule.")
    return found


def _keys(registry: Registry, contributions: Sequence[Contribution], kind: str) -> set[str]:
    own = {item.key for item in contributions if item.kind == kind}
    return own | {item.key for item in registry.contributions(kind)}


def _unknown(known: set[str], wanted: Iterable[str], where: str) -> list[str]:
    return [
        f"{where} names the permission {name!r}, which nobody declares; add it to Addon(permissions=...)."
        for name in sorted(set(wanted) - known)
    ]
