"""What boot finds wrong with names of permissions, scopes and limits."""

from __future__ import annotations

import pytest
from flask import Flask

from kernel.addons.contributions import Contribution
from kernel.identity.access import authenticated, public, requires
from kernel.identity.checks import callable_faults, role_faults
from kernel.identity.permissions import Role
from kernel.identity.throttles import throttled
from kernel.runtime import Platform
from tests.identity.conftest import offer


def contribution(kind: str, key: str, value: object = None) -> Contribution:
    return Contribution(kind, key, "shop", "asoud_shop", value)


@pytest.fixture
def registered(embedded: Platform) -> Platform:
    offer(embedded, "permission", "market.edit", "Edit")
    offer(embedded, "throttle", "market.clicks", None)
    return embedded


def test_roles_name_known_permissions(registered: Platform) -> None:
    own = [
        contribution("permission", "shop.open", "Open"),
        contribution("role", "clerk", Role("clerk", "Clerk", frozenset({"shop.open", "market.edit"}))),
        contribution("role_extension", "vendor+x", ("vendor", ("shop.open",))),
    ]
    assert role_faults(registered.registry, own) == []
    wrong = [
        contribution("role", "clerk", Role("clerk", "Clerk", frozenset({"shop.open"}))),
        contribution("role_extension", "vendor+x", ("vendor", ("shop.opne",))),
    ]
    first, second = role_faults(registered.registry, wrong)
    assert "the role clerk" in first
    assert "'shop.open'" in first
    assert "the addition to the role vendor" in second


def test_views_name_known_permissions_scopes_and_limits(registered: Platform) -> None:
    @throttled("market.clicks", "kernel.write")
    @requires("market.edit")
    def good() -> None: ...

    @throttled("clickz")
    @requires("market.edti", scope="makret", by="id")
    def bad() -> None: ...

    def undecorated() -> None: ...

    views = [good, public(lambda: None), authenticated(lambda: None), undecorated]
    assert callable_faults(registered.registry, [], views) == []
    sentences = callable_faults(registered.registry, [], [bad])
    wrong = ("market.edti", "makret", "tests.clickz")
    assert all(word in sentence for word, sentence in zip(wrong, sentences, strict=True))
    assert all("bad" in sentence for sentence in sentences)


def test_nothing_is_polled_before_the_tables_exist(make_app: object) -> None:
    app: Flask = make_app()  # type: ignore[operator]  # a fixture of the suite
    with app.app_context():
        app.extensions["asoud"].identity.signals.poll()
        assert not app.extensions["asoud"].identity.signals.is_revoked(None)
