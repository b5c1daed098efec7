"""Permissions and roles as addons declare them, and the catalog of those that count at this moment.

A permission is a name with a title, declared in ``Addon(permissions=...)``, or by `permission` in the kernel's own
parts. A role is a set of permissions; any addon may add its permissions to a role of another.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kernel.addons.contributions import contribute
from kernel.runtime import platform as current_platform

if TYPE_CHECKING:
    from kernel.runtime import Platform

ADMIN = "admin"
"""The role that holds every permission of every enabled addon."""


@dataclass(frozen=True, slots=True)
class Permission:
    """Something that a caller may be allowed to do."""

    name: str
    title: str
    owner: str


@dataclass(frozen=True, slots=True)
class Role:
    """A set of permissions that users are granted together."""

    name: str
    title: str
    permissions: frozenset[str]
    everyone: bool = False
    """Held by every logged-in user without a grant."""


def _caller_module() -> str:
    return str(sys._getframe(2).f_globals["__name__"])


def permission(name: str, title: str) -> None:
    """Declare one permission beside those of ``Addon(permissions=...)``; the kernel's own parts have only this way."""
    contribute("permission", name, title, module=_caller_module())


def role(name: str, title: str, *, permissions: tuple[str, ...] = (), everyone: bool = False) -> Role:
    """Declare a role at module level; its name is unique among all addons.

    ``everyone`` makes every logged-in user hold it. Titles are English, and keys of their translations.
    """
    value = Role(name, title, frozenset(permissions), everyone)
    contribute("role", name, value, module=_caller_module())
    return value


def extend_role(name: str, *permissions: str) -> None:
    """Add permissions to a role that another addon declares; without effect while that role doesn't exist."""
    module = _caller_module()
    contribute("role_extension", f"{name}+{module}+{'+'.join(permissions)}", (name, permissions), module=module)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The permissions and roles of one generation of enabled addons."""

    generation: int
    permissions: Mapping[str, Permission]
    roles: Mapping[str, Role]

    @property
    def everyone(self) -> tuple[Role, ...]:
        """Roles that each logged-in user holds."""
        return tuple(role for role in self.roles.values() if role.everyone)


def build_catalog(platform: Platform) -> Catalog:
    """Read the registry as far as the gate counts it. The role `ADMIN` holds all of it."""
    gate, registry = platform.gate, platform.registry
    permissions = {
        item.key: Permission(item.key, item.value, item.owner)
        for item in registry.contributions("permission")
        if gate.counts(item)
    }
    roles = {item.key: item.value for item in registry.contributions("role") if gate.counts(item)}
    for item in registry.contributions("role_extension"):
        name, more = item.value
        if name in roles and gate.counts(item):
            roles[name] = replace(roles[name], permissions=roles[name].permissions.union(more))
    known = frozenset(permissions)
    roles = {name: replace(value, permissions=value.permissions & known) for name, value in roles.items()}
    roles[ADMIN] = replace(roles[ADMIN], permissions=known)
    return Catalog(gate.generation, permissions, roles)


def known_permissions() -> list[Permission]:
    """The permissions that count now, by name."""
    return sorted(current_platform.identity.grants.catalog.permissions.values(), key=lambda permission: permission.name)


permission("kernel.roles_manage", "Manage roles and their permissions")
permission("kernel.roles_grant", "Grant roles to users")
role(ADMIN, "Administrator")
