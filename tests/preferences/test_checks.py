"""What is wrong with a settings schema is said at boot."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import fields

from kernel.preferences.checks import settings_faults
from kernel.rest import Schema
from tests.preferences.conftest import LoyaltySettings


class Broken(Schema):
    """Cannot be made."""

    def __init__(self, **options: Any) -> None:
        raise LookupError("no such thing")


class Careless(Schema):
    """Breaks each rule once."""

    key = fields.String(required=True)
    rate = fields.Integer(load_default=1, metadata={"scopes": "market"})
    limit = fields.Integer(load_default=1, metadata={"scopes": [7]})


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (None, []),
        (LoyaltySettings, []),
        (LoyaltySettings(), [["must be a class", "subclass of addon_sdk.Schema"]]),
        (Broken, [["Broken", "LookupError: no such thing"]]),
        (Careless, [["'key'", "load_default"], ["'rate'", "'market'"], ["'limit'", "[7]"]]),
    ],
)
def test_each_broken_rule_is_named_with_its_mend(schema: object, words: list[list[str]]) -> None:
    faults = settings_faults(schema)
    assert len(faults) == len(words)
    assert all(word in fault for fault, expected in zip(faults, words, strict=True) for word in expected)
