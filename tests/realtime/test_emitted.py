"""What namespaces and streams declare that they send."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
import pytest

from kernel.db import new_id
from kernel.realtime import Namespace
from kernel.realtime.checks import check_namespace
from kernel.realtime.emitted import NotAsDeclared, check_emitted


class Told(ma.Schema):
    user_id = ma.fields.UUID()
    number = ma.fields.Integer()


@pytest.mark.parametrize(
    ("event", "data", "why"),
    [
        ("other", {}, "emits= lacks"),
        ("told", {"number": 1}, "user_id: missing"),
        ("told", {"user_id": new_id(), "number": "many"}, "number"),
        ("told", {"user_id": new_id(), "number": 1, "more": 2}, "more"),
        ("told", "text", "not an object"),
    ],
)
def test_an_event_otherwise_than_declared_is_a_fault(event: str, data: Any, why: str) -> None:
    with pytest.raises(NotAsDeclared, match=why):
        check_emitted({"told": Told}, "namespace '/told'", event, data)


def test_what_is_as_declared_or_not_declared_at_all_is_fine() -> None:
    check_emitted({"told": Told}, "namespace '/told'", "told", {"user_id": new_id(), "number": 1})
    check_emitted(None, "namespace '/told'", "anything", 5)


@pytest.mark.parametrize(
    ("emits", "rule"), [({"problem": Told}, "keeps for itself"), ({"told": Told()}, "name a Schema class")]
)
def test_a_wrong_declaration_is_found_at_boot(emits: Any, rule: str) -> None:
    kind = type("Declared", (Namespace,), {"__module__": "realtime_test_emitted", "namespace": "/told", "emits": emits})
    [fault] = check_namespace(kind)
    assert rule in fault
