"""What `Addon(...)` takes, and what it refuses at once, since one slip must not reach those who read it."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.addons.declaration import Addon


@pytest.mark.parametrize(
    "given",
    [
        {"title": None},
        {"category": 1},
        {"icon": None},
        {"permissions": ["a.b"]},
        {"permissions": {"a.b": None}},
        {"requires_if": ["with_wallet"]},
        {"requires_if": {"with_wallet": "wallet"}},
        {"requires_if": {1: ("wallet",)}},
        {"auto_install": "wallet"},
        {"auto_install": None},
        {"auto_install": [1]},
    ],
    ids=str,
)
def test_another_shape_is_refused_by_name(given: dict[str, Any]) -> None:
    (name,) = given
    with pytest.raises(TypeError, match=rf"^Addon\({name}=.* must be "):
        Addon(**{"title": "x", **given})


def test_lists_and_tuples_will_do() -> None:
    whole: dict[str, Any] = {
        "permissions": {"a.b": "B"},
        "requires_if": {"with_wallet": ["wallet"]},
        "auto_install": ("x", "y"),
    }
    assert Addon(title="A", **whole).faults("a") == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": " "}, "give it a title"),
        ({"category": "games"}, "use one of marketplace"),
        ({"permissions": {"other.edit": "Edit"}}, "must start with 'a.'"),
    ],
)
def test_each_rule_that_is_broken_has_its_mend(given: dict[str, Any], sentence: str) -> None:
    (fault,) = Addon(**{"title": "A", **given}).faults("a")
    assert sentence in fault
