"""Roles that operators make: a name, a title and a set of permissions, kept in the database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from kernel.db import session, transaction
from kernel.errors import Conflict, FieldError, NotFound, ValidationFailed
from kernel.i18n import translate
from kernel.identity.grants import demand_covered, role_exists
from kernel.identity.models import CustomRole, CustomRolePermission, RoleGrant
from kernel.identity.permissions import Role
from kernel.identity.signals import EVERYBODY, ROLES
from kernel.runtime import platform

if TYPE_CHECKING:
    from kernel.identity.principal import Principal

_NAME = re.compile(r"[a-z][a-z0-9_]{0,79}")


def list_roles() -> list[tuple[Role, bool]]:
    """Every role that counts now, and whether an operator made it; by name."""
    statement = select(CustomRole.name, CustomRole.title, CustomRolePermission.permission).outerjoin(
        CustomRolePermission, CustomRolePermission.role_id == CustomRole.id
    )
    titles: dict[str, str] = {}
    permissions: dict[str, set[str]] = {}
    for name, title, permission in session().execute(statement):
        titles[name] = title
        permissions.setdefault(name, set()).update({permission} if permission else ())
    declared = platform.identity.grants.catalog.roles
    made = [Role(name, title, frozenset(permissions[name])) for name, title in titles.items() if name not in declared]
    rows = [(role, False) for role in declared.values()] + [(role, True) for role in made]
    return sorted(rows, key=lambda row: row[0].name)


@transaction
def create_role(name: str, title: str, permissions: Iterable[str], *, by: Principal | None = None) -> Role:
    """Make a role.

    Raises `ValidationFailed` for a bad name or an unknown permission, `Conflict` when the name is taken,
    `PermissionDenied` when ``by`` may not do himself what the role would.
    """
    wanted = _checked(permissions, by)
    if not _NAME.fullmatch(name):
        raise ValidationFailed.of("/name", "format", "Use small Latin letters, digits and _, beginning with a letter.")
    if role_exists(name):
        raise Conflict(translate("There is a role {name} already.", name=name))
    row = CustomRole(name=name, title=title)
    session().add(row)
    session().flush()
    _set_permissions(row, wanted)
    return Role(name, title, wanted)


@transaction
def change_role(
    name: str, *, title: str | None = None, permissions: Iterable[str] | None = None, by: Principal | None = None
) -> Role:
    """Change a role that an operator made. Raises what `create_role` does, and `NotFound`."""
    row = _get(name)
    old = _permissions_of(row)
    demand_covered(old, by)
    if title is not None:
        row.title = title
    wanted = old if permissions is None else _checked(permissions, by)
    if wanted != old:
        _set_permissions(row, wanted)
    return Role(name, row.title, wanted)


@transaction
def delete_role(name: str, *, by: Principal | None = None) -> None:
    """Delete a role that an operator made, and all grants of it. Raises `NotFound`, `PermissionDenied`."""
    row = _get(name)
    demand_covered(_permissions_of(row), by)
    session().execute(delete(RoleGrant).where(RoleGrant.role == name))
    session().execute(delete(CustomRolePermission).where(CustomRolePermission.role_id == row.id))
    session().delete(row)
    platform.identity.signals.send(ROLES, EVERYBODY)


def _get(name: str) -> CustomRole:
    row = session().scalar(select(CustomRole).where(CustomRole.name == name).with_for_update())
    if row is None:
        raise NotFound(translate("There is no role {name} that could be changed.", name=name))
    return row


def _permissions_of(row: CustomRole) -> frozenset[str]:
    statement = select(CustomRolePermission.permission).where(CustomRolePermission.role_id == row.id)
    return frozenset(session().scalars(statement))


def _set_permissions(row: CustomRole, permissions: frozenset[str]) -> None:
    session().execute(delete(CustomRolePermission).where(CustomRolePermission.role_id == row.id))
    session().add_all(CustomRolePermission(role_id=row.id, permission=name) for name in sorted(permissions))
    platform.identity.signals.send(ROLES, EVERYBODY)


def _checked(permissions: Iterable[str], by: Principal | None) -> frozenset[str]:
    wanted = frozenset(permissions)
    known = platform.identity.grants.catalog.permissions
    unknown = sorted(wanted - known.keys())
    if unknown:
        message = translate("There is no permission {name}.", name=unknown[0])
        raise ValidationFailed(errors=[FieldError("/permissions", "unknown_permission", message)])
    demand_covered(wanted, by)
    return wanted
