"""Who holds which role, and what a user may do by it: cached in the process, dropped by identity's signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, func, select

from kernel.db import session, transaction
from kernel.errors import Conflict, NotFound, PermissionDenied
from kernel.i18n import translate
from kernel.identity.models import CustomRole, CustomRolePermission, RoleGrant
from kernel.identity.permissions import ADMIN, Catalog, build_catalog
from kernel.identity.signals import EVERYBODY, ROLES, Signals
from kernel.runtime import platform

if TYPE_CHECKING:
    from kernel.identity.principal import Principal
    from kernel.runtime import Platform

CAPACITY = 10_000
"""Users whose grants a process remembers; at the limit it starts over."""


@dataclass(frozen=True, slots=True)
class Grants:
    """Roles and permissions of one user in one generation of addons."""

    roles: frozenset[str]
    permissions: frozenset[str]


class GrantCache:
    """Grants of the users seen lately, and the catalog that they were reckoned with."""

    def __init__(self, platform: Platform, signals: Signals) -> None:
        self._platform = platform
        self._catalog: Catalog | None = None
        self._known: dict[UUID, Grants] = {}
        self._epoch = 0
        signals.on_roles(self._changed)

    @property
    def catalog(self) -> Catalog:
        """Permissions and roles that count now."""
        catalog = self._catalog
        if catalog is None or catalog.generation != self._platform.gate.generation:
            self._known = {}
            catalog = self._catalog = build_catalog(self._platform)
        return catalog

    def of(self, user_id: UUID) -> Grants:
        """What the user may do; asks the database once, until something changes."""
        catalog, known, epoch = self.catalog, self._known, self._epoch
        grants = known.get(user_id)
        if grants is None:
            grants = self._read(user_id, catalog)
            if len(known) >= CAPACITY:
                known.clear()
            uncommitted = self._platform.db.session().writing
            if epoch == self._epoch and not uncommitted:  # else it may be old already, or never come true
                known[user_id] = grants
        return grants

    def _read(self, user_id: UUID, catalog: Catalog) -> Grants:
        statement = (
            select(RoleGrant.role, CustomRole.id, CustomRolePermission.permission)
            .outerjoin(CustomRole, CustomRole.name == RoleGrant.role)
            .outerjoin(CustomRolePermission, CustomRolePermission.role_id == CustomRole.id)
            .where(RoleGrant.user_id == user_id)
        )
        roles = {role.name for role in catalog.everyone}
        permissions: set[str] = set()
        for name, custom, permission in session().execute(statement):
            if custom is not None or name in catalog.roles:
                roles.add(name)
            if permission in catalog.permissions:
                permissions.add(permission)
        for name in roles & catalog.roles.keys():
            permissions |= catalog.roles[name].permissions
        return Grants(frozenset(roles), frozenset(permissions))

    def _changed(self, user: str) -> None:
        self._epoch += 1
        if user == EVERYBODY:
            self._known = {}
        else:
            self._known.pop(UUID(user), None)


def grant_role(user_id: UUID, role: str, *, by: Principal | None = None) -> None:
    """Give ``role`` to a user; harmless when he has it.

    ``by`` is who asks; None for the platform itself (command line, sign-up). Raises `NotFound` for an unknown role,
    `PermissionDenied` when the role may do something that ``by`` may not.
    """
    demand_covered(permissions_of_role(role), by)
    with transaction():
        held = select(RoleGrant.id).where(RoleGrant.user_id == user_id, RoleGrant.role == role)
        if session().scalar(held) is None:
            session().add(RoleGrant(user_id=user_id, role=role, granted_by=by.user_id if by else None))
            platform.identity.signals.send(ROLES, str(user_id))


def withdraw_role(user_id: UUID, role: str, *, by: Principal | None = None) -> None:
    """Take ``role`` from a user; harmless when he hasn't it.

    Raises `Conflict` for the last administrator, `PermissionDenied` when the role may do what ``by`` may not.
    """
    if by is not None and role_exists(role):
        demand_covered(permissions_of_role(role), by)
    with transaction():
        if role == ADMIN and holders(ADMIN, lock=True) == [user_id]:
            raise Conflict(translate("The last administrator cannot lose the role; make another one first."))
        session().execute(delete(RoleGrant).where(RoleGrant.user_id == user_id, RoleGrant.role == role))
        platform.identity.signals.send(ROLES, str(user_id))


def withdraw_all_roles(user_id: UUID) -> None:
    """Take every role from a user who is being erased. Raises `Conflict` for the last administrator."""
    with transaction():
        for name in granted_roles(user_id):
            withdraw_role(user_id, name)


def granted_roles(user_id: UUID) -> list[str]:
    """Names of the roles that were granted to the user, without those that everyone holds."""
    return sorted(session().scalars(select(RoleGrant.role).where(RoleGrant.user_id == user_id)))


def holders(role: str, *, lock: bool = False) -> list[UUID]:
    """Ids of the users who were granted ``role``; ``lock`` keeps the list as it is until the transaction ends."""
    statement = select(RoleGrant.user_id).where(RoleGrant.role == role).order_by(RoleGrant.user_id)
    return list(session().scalars(statement.with_for_update() if lock else statement))


def role_exists(role: str) -> bool:
    """Whether an addon declares the role or an operator made it."""
    if role in platform.identity.grants.catalog.roles:
        return True
    return bool(session().scalar(select(func.count()).select_from(CustomRole).where(CustomRole.name == role)))


def permissions_of_role(role: str) -> frozenset[str]:
    """What the role may do now. Raises `NotFound` when there is no such role."""
    declared = platform.identity.grants.catalog.roles.get(role)
    custom = session().scalar(select(CustomRole.id).where(CustomRole.name == role))
    if declared is None and custom is None:
        raise NotFound(translate("There is no role {name}.", name=role))
    rows: Sequence[str] = ()
    if custom is not None:
        statement = select(CustomRolePermission.permission).where(CustomRolePermission.role_id == custom)
        rows = session().scalars(statement).all()
    return frozenset(rows) | (declared.permissions if declared else frozenset())


def forget_addon(name: str) -> None:
    """Delete the grants of an uninstalled addon's roles, and its permissions from the roles that operators made."""
    registry = platform.registry
    roles = [item.key for item in registry.contributions("role") if item.owner == name]
    with transaction():
        session().execute(delete(RoleGrant).where(RoleGrant.role.in_(roles)))
        own = CustomRolePermission.permission.startswith(f"{name}.", autoescape=True)
        session().execute(delete(CustomRolePermission).where(own))
        platform.identity.signals.send(ROLES, EVERYBODY)


def demand_covered(permissions: frozenset[str], by: Principal | None) -> None:
    """Nobody hands out more than he has: raise `PermissionDenied` if ``by`` lacks one of ``permissions``."""
    beyond = sorted(permissions - by.permissions) if by is not None else []
    if beyond:
        raise PermissionDenied(translate("Nobody can hand out what he may not do himself."), permission=beyond[0])
