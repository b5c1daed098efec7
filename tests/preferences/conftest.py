"""A site whose addon `loyalty` has settings, and whose addon `market` has a scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from marshmallow import ValidationError, validates_schema

from kernel.addons.contributions import Contribution
from kernel.addons.declaration import Addon
from kernel.addons.registry import LoadedAddon
from kernel.db import Model
from kernel.identity.principal import Principal, acting_as
from kernel.preferences import SettingScope
from kernel.rest import Schema, fields
from kernel.runtime import Platform

MARKET, VENDOR = UUID("0198c0de-0000-7000-8000-00000000000a"), UUID("0198c0de-0000-7000-8000-00000000000b")


class LoyaltySettings(Schema):
    """What the addon `loyalty` lets be set."""

    rate = fields.Integer(load_default=10, strict=False, metadata={"description": "Points", "scopes": ["market"]})
    largest = fields.Integer(load_default=100)
    tags = fields.List(fields.String(), load_default=lambda: ["new"])
    ends_at = fields.Timestamp(load_default=None, allow_none=True)
    api_key = fields.String(load_default="", metadata={"secret": True, "scopes": ["market"]})
    unset = fields.String()

    @validates_schema
    def rate_is_below_largest(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("rate", 10) > data.get("largest", 100):
            raise ValidationError("Must be at most the largest.", "rate")


MakePlatform = Callable[..., Platform]


@pytest.fixture
def make_platform(make_app: Callable[..., Flask]) -> Iterator[MakePlatform]:
    """Makes processes of one site, on one database; the app context of the last one made is current."""
    contexts: list[Any] = []

    def make(**settings: Any) -> Platform:
        platform: Platform = make_app(**settings).extensions["asoud"]
        context = platform.app.app_context()
        context.push()
        contexts.append(context)
        Model.metadata.create_all(platform.db.engine)
        platform.gate.refresh()
        _load(platform)
        return platform

    yield make
    for context in reversed(contexts):
        context.pop()


def _load(platform: Platform) -> None:
    for name, schema in (("loyalty", LoyaltySettings), ("market", None)):
        candidate: Any = type("Candidate", (), {"name": name, "package": f"asoud_{name}"})()
        declaration = Addon(title=name.title(), settings=schema)
        platform.registry.loaded[name] = LoadedAddon(candidate, declaration, ())
    scope = SettingScope("market", lambda id: id == MARKET, lambda principal, id: principal.user_id == VENDOR)
    platform.registry.add([Contribution("setting_scope", "market", "market", "asoud_market.settings", scope)])
    platform.gate.enabled |= {"loyalty", "market"}


@pytest.fixture
def platform(make_platform: MakePlatform, database_url: str) -> Platform:
    """The platform of one process, on both databases."""
    return make_platform(database_url=database_url)


def as_user(user_id: UUID, *permissions: str) -> Any:
    """Call as a logged-in user."""
    return acting_as(Principal(user_id=user_id, permissions=frozenset(permissions)))
