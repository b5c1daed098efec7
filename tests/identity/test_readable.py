"""Scoped queries and rights on single objects."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from kernel.db import new_id, session, transaction
from kernel.errors import NotFound, PermissionDenied
from kernel.identity import readable as readable_module
from kernel.identity import scopes
from kernel.identity.models import LoginAttempt, LoginSession, RoleGrant
from kernel.identity.principal import ANONYMOUS, Principal, acting_as
from kernel.identity.readable import UnscopedModelError, get_readable, own, readable, scoped
from kernel.runtime import Platform
from tests.identity.conftest import offer


@pytest.fixture(autouse=True)
def rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grants stand in for an addon's objects: everybody reads his own, auditors all."""
    monkeypatch.setattr(readable_module, "_rules", {})
    readable(RoleGrant)(lambda principal: own(RoleGrant.user_id, principal, unless="grants.audit"))


@pytest.fixture
def mine(embedded: Platform, user_id: UUID) -> RoleGrant:
    with transaction():
        grant = RoleGrant(user_id=user_id, role="mine")
        session().add_all([grant, RoleGrant(user_id=new_id(), role="other")])
    return grant


def names(principal: Principal) -> set[str]:
    return set(session().scalars(scoped(select(RoleGrant.role), RoleGrant, principal)))


def test_everybody_reads_what_the_rule_says(mine: RoleGrant) -> None:
    assert names(Principal(user_id=mine.user_id)) == {"mine"}
    assert names(Principal(user_id=new_id())) == set()
    assert names(ANONYMOUS) == set()
    assert names(Principal(user_id=new_id(), permissions=frozenset({"grants.audit"}))) == {"mine", "other"}


def test_a_foreign_object_is_not_found(mine: RoleGrant) -> None:
    with acting_as(Principal(user_id=mine.user_id)):
        assert get_readable(RoleGrant, mine.id).role == "mine"
        with transaction():
            assert get_readable(RoleGrant, mine.id, lock=True).role == "mine"
    for principal in (ANONYMOUS, Principal(user_id=new_id())):
        with pytest.raises(NotFound):
            get_readable(RoleGrant, mine.id, principal=principal)


def test_a_model_without_a_rule_cannot_be_asked() -> None:
    with pytest.raises(UnscopedModelError, match=r"LoginAttempt.*@readable\(LoginAttempt\)"):
        scoped(select(LoginAttempt), LoginAttempt, ANONYMOUS)


@pytest.fixture
def scope(embedded: Platform, mine: RoleGrant) -> None:
    held = scopes.PermissionScope(
        "grant",
        RoleGrant,
        lambda user, obj: ["grant.edit"] if (user, obj) == (mine.user_id, mine.id) else [],
        lambda obj: [mine.user_id] if obj == mine.id else [],
        None,
    )
    offer(embedded, "permission_scope", "grant", held)


def test_belonging_to_an_object_gives_rights_on_it(scope: None, mine: RoleGrant) -> None:
    member = Principal(user_id=mine.user_id)
    assert scopes.may(member, "grant.edit", mine)
    assert not scopes.may(member, "grant.delete", mine)
    assert not scopes.may(ANONYMOUS, "grant.edit", mine)
    assert not scopes.may(Principal(user_id=new_id()), "grant.edit", mine)
    assert scopes.may(Principal(user_id=new_id(), permissions=frozenset({"grant.edit"})), "grant.edit", mine)
    assert not scopes.may(member, "grant.edit", LoginSession())
    assert scopes.members_of("grant", mine.id) == {mine.user_id}
    assert scopes.members_of("gone", mine.id) == frozenset()


def test_demanding_a_right_says_what_is_missing(scope: None, mine: RoleGrant) -> None:
    with acting_as(Principal(user_id=mine.user_id)):
        scopes.demand("grant.edit", mine)
        with pytest.raises(PermissionDenied):
            scopes.demand("grant.delete", mine)
        with pytest.raises(PermissionDenied):
            scopes.demand("grant.edit", LoginSession())
    for stranger in (ANONYMOUS, Principal(user_id=new_id())):
        with pytest.raises(NotFound):
            scopes.demand("grant.edit", mine, principal=stranger)
    scopes.demand("grant.edit", mine, principal=Principal(permissions=frozenset({"grant.edit"})))


def test_declarations_are_contributions_of_their_module() -> None:
    from kernel.addons.contributions import contributions_of
    from kernel.identity.permissions import extend_role, permission, role

    permission("tests.do", "Do")
    role("tester", "Tester", permissions=("tests.do",))
    extend_role("tester", "tests.do")
    scopes.permission_scope("test", permissions=lambda user, obj: [], members=lambda obj: [])
    offered = {f"{item.kind} {item.key.partition('+')[0]}" for item in contributions_of("tests")}
    assert offered >= {"permission tests.do", "role tester", "role_extension tester", "permission_scope test"}
