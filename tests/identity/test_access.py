"""Access rules: one per function, and what each lets through."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from kernel.clock import now
from kernel.db import new_id
from kernel.errors import NotAuthenticated, NotFound, PermissionDenied, ReauthenticationRequired
from kernel.identity.access import access_of, authenticated, fresh, public, require_fresh, requires
from kernel.identity.principal import ANONYMOUS, Principal, acting_as
from kernel.identity.scopes import PermissionScope
from kernel.runtime import Platform
from tests.identity.conftest import offer

SOMEBODY = Principal(user_id=new_id(), permissions=frozenset({"a.read", "a.write"}))


def view() -> None:
    """A view."""


def rule_of(*decorators: object) -> object:
    def function() -> None:
        """Another view each time."""

    for decorate in decorators:
        function = decorate(function)  # type: ignore[operator]  # decorators of either form
    return access_of(function)


def test_everybody_may_call_what_is_public() -> None:
    access = rule_of(public)
    access.check(ANONYMOUS)
    access.check()


def test_a_login_is_needed() -> None:
    access = rule_of(authenticated)
    access.check(SOMEBODY)
    with pytest.raises(NotAuthenticated):
        access.check(ANONYMOUS)
    with acting_as(SOMEBODY):
        access.check()


def test_all_permissions_are_needed() -> None:
    rule_of(requires("a.read", "a.write")).check(SOMEBODY)
    with pytest.raises(PermissionDenied) as caught:
        rule_of(requires("a.read", "b.read")).check(SOMEBODY)
    assert caught.value.extra == {"permission": "b.read"}
    with pytest.raises(NotAuthenticated):
        rule_of(requires("a.read")).check(ANONYMOUS)


def test_a_function_has_one_rule() -> None:
    assert access_of(view) is None
    with pytest.raises(TypeError, match="two access rules"):
        rule_of(public, authenticated)


@pytest.mark.parametrize("wrong", [{}, {"scope": "market"}, {"by": "id"}])
def test_requires_is_checked_when_written(wrong: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        requires(*(["a.read"] if wrong else []), **wrong)
    with pytest.raises(TypeError):
        requires(view)  # type: ignore[arg-type]  # brackets forgotten


@pytest.mark.parametrize("order", [(fresh(10), authenticated), (authenticated, fresh(10))])
def test_freshness_stands_on_either_side(order: tuple[object, object]) -> None:
    access = rule_of(*order)
    access.check(Principal(user_id=new_id(), authenticated_at=now() - timedelta(minutes=9)))
    for old in (now() - timedelta(minutes=11), None):
        with pytest.raises(ReauthenticationRequired):
            access.check(Principal(user_id=new_id(), authenticated_at=old))


def test_services_ask_for_freshness_themselves() -> None:
    with acting_as(Principal(user_id=new_id(), authenticated_at=now() - timedelta(minutes=2))):
        require_fresh(3)
        with pytest.raises(ReauthenticationRequired):
            require_fresh(1)


@pytest.fixture
def market(embedded: Platform) -> UUID:
    market_id, owner = new_id(), SOMEBODY.user_id
    scope = PermissionScope(
        "market",
        None,
        lambda user, obj: ["market.edit"] if (user, obj) == (owner, market_id) else [],
        lambda obj: [owner] if owner and obj == market_id else [],
        lambda principal, obj: principal.can("market.read"),
    )
    offer(embedded, "permission_scope", "market", scope)
    return market_id


def test_members_hold_rights_on_their_object(market: UUID) -> None:
    access = rule_of(requires("market.edit", scope="market", by="market_id"))
    access.check(SOMEBODY, {"market_id": market})
    access.check(SOMEBODY, {"market_id": str(market)})
    everywhere = Principal(user_id=new_id(), permissions=frozenset({"market.edit"}))
    access.check(everywhere, {"market_id": new_id()})


@pytest.mark.parametrize("wrong", ["", "nonsense", None, "0198c0de-0000-7000-8000-000000000000"])
def test_strangers_learn_nothing_about_an_object(market: UUID, wrong: str | None) -> None:
    access = rule_of(requires("market.edit", scope="market", by="market_id"))
    with pytest.raises(NotFound):
        access.check(SOMEBODY, {"market_id": wrong})
    with pytest.raises(NotFound):
        access.check(SOMEBODY)


def test_who_may_read_the_object_is_told_that_he_may_not(market: UUID) -> None:
    reader = Principal(user_id=new_id(), permissions=frozenset({"market.read"}))
    with pytest.raises(PermissionDenied):
        rule_of(requires("market.edit", scope="market", by="id")).check(reader, {"id": market})
    with pytest.raises(PermissionDenied):
        rule_of(requires("market.sell", scope="market", by="id")).check(SOMEBODY, {"id": market})


def test_a_scope_that_nobody_declares_gives_nothing(embedded: Platform) -> None:
    with pytest.raises(PermissionDenied):
        rule_of(requires("market.edit", scope="gone", by="id")).check(SOMEBODY, {"id": new_id()})
