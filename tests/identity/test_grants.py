"""Roles: declared, extended, made by operators, granted, withdrawn, followed by every process."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from kernel.db import new_id, session, transaction
from kernel.errors import Conflict, NotFound, PermissionDenied, ValidationFailed
from kernel.identity import grants, sessions
from kernel.identity.custom_roles import change_role, create_role, delete_role, list_roles
from kernel.identity.permissions import ADMIN, Role, known_permissions
from kernel.identity.principal import Principal, principal_of_token
from kernel.runtime import Platform
from tests.identity.conftest import offer


@pytest.fixture(autouse=True)
def declared(request: pytest.FixtureRequest) -> Platform:
    """Permissions and roles as addons would declare them."""
    name = "platform" if "platform" in request.fixturenames else "embedded"
    platform: Platform = request.getfixturevalue(name)
    for permission in ("market.edit", "market.close", "product.edit"):
        offer(platform, "permission", permission, permission)
    offer(platform, "role", "vendor", Role("vendor", "Vendor", frozenset({"market.edit"})))
    offer(platform, "role", "customer", Role("customer", "Customer", frozenset(), everyone=True))
    offer(platform, "role_extension", "vendor+product", ("vendor", ("product.edit", "unknown.permission")))
    offer(platform, "role_extension", "gone+product", ("gone", ("product.edit",)))
    return platform


def held(platform: Platform, user_id: UUID) -> grants.Grants:
    return platform.identity.grants.of(user_id)


def test_everybody_holds_the_common_role_only(declared: Platform, user_id: UUID) -> None:
    assert held(declared, user_id) == grants.Grants(frozenset({"customer"}), frozenset())


def test_a_granted_role_counts_at_once(platform: Platform, user_id: UUID) -> None:
    token = sessions.open_session(user_id).access_token
    assert not principal_of_token(token).can("market.edit")
    grants.grant_role(user_id, "vendor")
    grants.grant_role(user_id, "vendor")
    principal = principal_of_token(token)
    assert principal.roles == {"customer", "vendor"}
    assert principal.permissions == {"market.edit", "product.edit"}
    assert (grants.granted_roles(user_id), grants.holders("vendor")) == (["vendor"], [user_id])
    grants.withdraw_role(user_id, "vendor")
    assert not principal_of_token(token).can("market.edit")


def test_other_processes_follow(
    platform: Platform, make_app: Callable[..., Flask], database_url: str, redis_url: str, user_id: UUID
) -> None:
    other: Platform = make_app(database_url=database_url, redis_url=redis_url).extensions["asoud"]
    for permission in ("market.edit", "market.close"):
        offer(other, "permission", permission, permission)
    with other.app.app_context():
        other.identity.signals.poll()
        assert held(other, user_id).permissions == frozenset()
    create_role("closer", "Closer", ["market.close"])
    grants.grant_role(user_id, "closer")
    with other.app.app_context():
        other.identity.signals.poll()
        assert held(other, user_id).permissions == {"market.close"}
    change_role("closer", permissions=["market.edit"])
    with other.app.app_context():
        other.identity.signals.poll()
        assert held(other, user_id).permissions == {"market.edit"}


def test_admin_holds_everything_that_is_enabled(declared: Platform, user_id: UUID) -> None:
    grants.grant_role(user_id, ADMIN)
    assert held(declared, user_id).permissions >= {"market.edit", "market.close", "kernel.roles_manage"}
    offer(declared, "permission", "late.permission", "Late")
    assert "late.permission" in held(declared, user_id).permissions


def test_a_permission_whose_addon_is_off_does_not_count(declared: Platform, user_id: UUID) -> None:
    from kernel.addons.contributions import Contribution

    create_role("closer", "Closer", ["market.close"])
    grants.grant_role(user_id, "closer")
    declared.registry.add([Contribution("permission", "off.edit", "off", "asoud_off", "Edit")])
    declared.registry.add([Contribution("role", "off_role", "off", "asoud_off", Role("off_role", "Off", frozenset()))])
    catalog = declared.identity.grants.catalog
    assert "off.edit" not in catalog.permissions
    assert "off_role" not in catalog.roles


def test_the_last_administrator_stays(declared: Platform, user_id: UUID) -> None:
    grants.grant_role(user_id, ADMIN)
    with pytest.raises(Conflict):
        grants.withdraw_role(user_id, ADMIN)
    with pytest.raises(Conflict):
        grants.withdraw_all_roles(user_id)
    grants.grant_role(new_id(), ADMIN)
    grants.withdraw_all_roles(user_id)
    assert grants.granted_roles(user_id) == []


def test_nobody_hands_out_more_than_he_has(declared: Platform, user_id: UUID) -> None:
    vendor = Principal(user_id=new_id(), permissions=frozenset({"market.edit", "product.edit"}))
    grants.grant_role(user_id, "vendor", by=vendor)
    grants.grant_role(user_id, ADMIN)
    grants.grant_role(new_id(), ADMIN)
    for forbidden in (
        lambda: grants.grant_role(vendor.user_id, ADMIN, by=vendor),  # type: ignore[arg-type]  # never None here
        lambda: grants.withdraw_role(user_id, ADMIN, by=vendor),
        lambda: create_role("closer", "Closer", ["market.close"], by=vendor),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()
    create_role("closer", "Closer", ["market.close"])
    for forbidden in (
        lambda: change_role("closer", permissions=[], by=vendor),
        lambda: delete_role("closer", by=vendor),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


def test_unknown_names_are_refused(declared: Platform, user_id: UUID) -> None:
    with pytest.raises(NotFound):
        grants.grant_role(user_id, "nobody")
    with pytest.raises(NotFound):
        change_role("vendor", title="Mine")
    with pytest.raises(NotFound):
        delete_role("nobody")
    with pytest.raises(ValidationFailed, match="valid"):
        create_role("closer", "Closer", ["no.such"])
    for name in ("Closer", "", "9", "a-b", "x" * 81):
        with pytest.raises(ValidationFailed):
            create_role(name, "Closer", [])
    for name in ("vendor", ADMIN):
        with pytest.raises(Conflict):
            create_role(name, "Taken", [])


def test_operators_make_change_and_delete_roles(platform: Platform, user_id: UUID) -> None:
    made = create_role("closer", "Closer", ["market.close"])
    assert (made, True) in list_roles()
    with pytest.raises(Conflict):
        create_role("closer", "Again", [])
    grants.grant_role(user_id, "closer")
    assert grants.permissions_of_role("closer") == {"market.close"}
    assert change_role("closer", title="Closes").title == "Closes"
    change_role("closer", permissions=["market.edit", "market.close"])
    assert held(platform, user_id).permissions == {"market.close", "market.edit"}
    delete_role("closer")
    assert held(platform, user_id) == grants.Grants(frozenset({"customer"}), frozenset())
    grants.withdraw_role(user_id, "closer", by=Principal())
    assert grants.granted_roles(user_id) == []


def test_roles_are_listed_with_their_permissions(declared: Platform) -> None:
    create_role("empty", "Empty", [])
    listed = {role.name: (role.permissions, made) for role, made in list_roles()}
    assert listed["empty"] == (frozenset(), True)
    assert listed["vendor"] == (frozenset({"market.edit", "product.edit"}), False)


def test_a_rolled_back_grant_leaves_no_trace(declared: Platform, user_id: UUID) -> None:
    def fail() -> None:
        with transaction():
            grants.grant_role(user_id, "vendor")
            assert held(declared, user_id).permissions
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not held(declared, user_id).permissions


def test_a_full_memory_starts_over(declared: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    from kernel.identity import identity

    monkeypatch.setattr(grants, "CAPACITY", 2)
    monkeypatch.setattr(identity, "CAPACITY", 2)
    for _ in range(5):
        user_id = new_id()
        assert principal_of_token(sessions.open_session(user_id).access_token).user_id == user_id
    assert len(declared.identity.grants._known) <= 2
    assert len(declared.identity._tokens) <= 2


def test_an_uninstalled_addon_leaves_no_grants(platform: Platform, user_id: UUID) -> None:
    from kernel.addons.contributions import Contribution
    from kernel.identity.models import CustomRolePermission, RoleGrant

    platform.registry.add([Contribution("role", "gone_role", "gone", "asoud_gone", Role("gone_role", "", frozenset()))])
    offer(platform, "permission", "gone.edit", "Edit")
    create_role("mixed", "Mixed", ["gone.edit", "market.edit"])
    with transaction():
        session().add(RoleGrant(user_id=user_id, role="gone_role"))
    assert held(platform, user_id).roles == {"customer"}
    platform.identity.forget_addon("gone")
    assert grants.granted_roles(user_id) == []
    assert session().scalars(select(CustomRolePermission.permission)).all() == ["market.edit"]


def test_permissions_are_listed_by_name(declared: Platform) -> None:
    names = [permission.name for permission in known_permissions()]
    assert names == sorted(names)
    assert {"market.edit", "kernel.roles_grant"} <= set(names)
