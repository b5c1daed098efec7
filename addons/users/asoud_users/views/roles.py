"""Roles and permissions, and who holds which."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, Conflict, Page, current_principal, fresh, get_readable, raises, requires, translate
from addon_sdk.identity import (
    Role,
    change_role,
    create_role,
    delete_role,
    grant_role,
    granted_roles,
    known_permissions,
    list_roles,
    withdraw_role,
)
from asoud_users.models import User
from asoud_users.schemas import PermissionSchema, RoleChangeSchema, RoleNamesSchema, RoleSchema

blp = Blueprint("users_roles", description="Roles and permissions.")


def _shown(role: Role, *, custom: bool) -> dict[str, Any]:
    return {
        "name": role.name,
        "title": role.title if custom else translate(role.title),
        "permissions": sorted(role.permissions),
        "everyone": role.everyone,
        "custom": custom,
    }


@blp.get("/permissions")
@requires("kernel.roles_grant")
@blp.page(PermissionSchema)
def list_permissions() -> Page:
    """List every permission of the enabled addons."""
    permissions = known_permissions()
    return Page([{"name": p.name, "title": translate(p.title), "addon": p.owner} for p in permissions])


@blp.get("/roles")
@requires("kernel.roles_grant")
@blp.page(RoleSchema)
def list_all_roles() -> Page:
    """List every role: those of addons, and those that operators made."""
    return Page([_shown(role, custom=custom) for role, custom in list_roles()])


@blp.post("/roles")
@requires("kernel.roles_manage")
@fresh(minutes=10)
@raises(Conflict)
@blp.arguments(RoleSchema)
@blp.response(201, RoleSchema)
def make_role(data: dict[str, Any]) -> dict[str, Any]:
    """Make a role of permissions that I hold myself."""
    return _shown(create_role(**data, by=current_principal()), custom=True)


@blp.patch("/roles/<name>")
@requires("kernel.roles_manage")
@fresh(minutes=10)
@blp.arguments(RoleChangeSchema)
@blp.response(200, RoleSchema)
def edit_role(data: dict[str, Any], name: str) -> dict[str, Any]:
    """Change a role that an operator made."""
    return _shown(change_role(name, **data, by=current_principal()), custom=True)


@blp.delete("/roles/<name>")
@requires("kernel.roles_manage")
@fresh(minutes=10)
@blp.response(204)
def remove_role(name: str) -> None:
    """Delete a role that an operator made; nobody holds it any more."""
    delete_role(name, by=current_principal())


@blp.get("/accounts/<uuid:user_id>/roles")
@requires("users.read", "kernel.roles_grant")
@blp.response(200, RoleNamesSchema)
def list_account_roles(user_id: UUID) -> dict[str, list[str]]:
    """List the roles that were granted to a user."""
    return {"roles": granted_roles(get_readable(User, user_id).id)}


@blp.put("/accounts/<uuid:user_id>/roles/<name>")
@requires("users.read", "kernel.roles_grant")
@fresh(minutes=10)
@blp.response(204)
def grant_account_role(user_id: UUID, name: str) -> None:
    """Grant a role whose permissions I hold myself."""
    grant_role(get_readable(User, user_id).id, name, by=current_principal())


@blp.delete("/accounts/<uuid:user_id>/roles/<name>")
@requires("users.read", "kernel.roles_grant")
@fresh(minutes=10)
@raises(Conflict)
@blp.response(204)
def withdraw_account_role(user_id: UUID, name: str) -> None:
    """Take a role from a user; the last administrator keeps his."""
    withdraw_role(get_readable(User, user_id).id, name, by=current_principal())
