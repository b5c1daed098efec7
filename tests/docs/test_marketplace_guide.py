"""The walk through the marketplace, sent as it stands on the page."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asoud_category.demo import load as load_categories
from asoud_users.testing import make_user

from addon_sdk.testing.pictures import small_picture
from tests.docs.curl import commands

PAGE = (Path(__file__).parents[2] / "docs" / "marketplace.md").read_text("utf-8")


@pytest.fixture
def asoud_addons() -> tuple[str, ...]:
    return ("product",)


@pytest.fixture
def files() -> dict[str, bytes]:
    table = re.search(r"^```csv\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert table is not None
    return {"products.csv": table[1].encode(), "scarf.jpg": small_picture()}


def part_of(answer: Any, path: str) -> str:
    """What jq would answer."""
    for name in re.findall(r"\w+", path):
        answer = answer[int(name)] if name.isdigit() else answer[name]
    return str(answer)


def test_the_walk_leads_to_a_product_that_is_found(
    app: Any, client: Any, as_user: Any, jobs: Any, files: dict[str, bytes]
) -> None:
    with app.app_context():
        load_categories.load("small", lambda steps: None)
    owner, admin = as_user(make_user(app)), as_user(make_user(app, "+989120009991"), roles=["admin"])
    known = {"SITE": "", "OWNER": owner.tokens.access_token, "ADMIN": admin.tokens.access_token}
    answers: dict[str, Any] = {}
    for command in commands("marketplace.md"):
        call = command.parsed(**known)
        options: dict[str, Any] = {"headers": [tuple(header.split(": ", 1)) for header in call.headers]}
        if call.form:
            form: dict[str, Any] = dict(part.split("=", 1) for part in call.form)
            name = form["file"].removeprefix("@")
            options["data"] = {**form, "file": (BytesIO(files[name]), name)}
        elif call.in_query:
            options["query_string"] = dict(part.split("=", 1) for part in call.body)
        elif call.body:
            options["data"] = call.body[0]
        answer = client.open(call.address, method=call.method, **options)
        assert answer.status_code in (200, 201, 202, 204), (command.words, answer.text)
        jobs.run()
        if command.variable is not None and command.path is not None:
            known[command.variable] = part_of(answer.json, command.path)
        answers[command.words] = answer
    found = [answers[words].json for words in answers if "/product/products" in words]
    by_words, on_the_map, facets, detail = found
    assert [item["id"] for item in by_words["items"]] == [known["PRODUCT"]]
    assert [item["id"] for item in on_the_map["items"]] == [known["PRODUCT"]]
    assert facets["total"]
    assert (detail["name"], len(detail["variants"]), len(detail["pictures"])) == ("روسری ابریشم دست‌دوز بهار", 2, 1)
    (transfer,) = [answer.json for words, answer in answers.items() if "/transfers/" in words]
    assert (transfer["created"], transfer["wrong"], transfer["errors"][0]["field"]) == (2, 1, "main_price")
