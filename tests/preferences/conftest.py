"""A site whose addon `loyalty` has settings, and whose addon `market` has a scope."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from marshmallow import ValidationError, validates_schema

from kernel.addons.contributions import Contribution
from kernel.addons.declaration import Addon
from kernel.addons.registry import LoadedAddon
from kernel.preferences import SettingScope
from kernel.rest import Schema, fields
from kernel.runtime import Platform
from tests.processes import MakePlatform

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


@pytest.fixture
def make_platform(make_platform: MakePlatform) -> MakePlatform:
    """Makes processes of one site, on one database."""

    def make(**settings: Any) -> Platform:
        platform = make_platform(**settings)
        _load(platform)
        return platform

    return make


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
