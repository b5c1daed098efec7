"""An editor, users, a small tree, and what they send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asoud_users.testing import make_user

API = "/api/v1/category"


@pytest.fixture
def editor(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000001"), permissions=["category.edit"])


@pytest.fixture
def sara(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000002"))


@pytest.fixture
def ali(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000003"))


@pytest.fixture
def make(editor: Any) -> Callable[..., dict[str, Any]]:
    """Makes a category over REST: ``make("mobile", parent, title="موبایل")``."""

    def post(slug: str, parent: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
        body = {"title": f"دستهٔ {slug}", "slug": slug, "parent_id": parent and parent["id"], **values}
        answer = editor.post(f"{API}/categories", json=body)
        assert answer.status_code == 201, answer.text
        category: dict[str, Any] = answer.json
        return category

    return post


@pytest.fixture
def family(make: Any) -> dict[str, dict[str, Any]]:
    """digital > mobile > smartphones, and fashion."""
    digital = make("digital", title="کالای دیجیتال", market_fee={"amount": 5_000_000, "currency": "IRR"})
    mobile = make("mobile", digital, title="گوشی موبایل", title_en="Mobile phones")
    smartphones = make("smartphones", mobile, title="گوشی هوشمند")
    return {"digital": digital, "mobile": mobile, "smartphones": smartphones, "fashion": make("fashion", title="پوشاک")}


@pytest.fixture
def give(editor: Any) -> Callable[..., dict[str, Any]]:
    """Gives a category an attribute over REST."""

    def post(category: dict[str, Any], key: str, kind: str = "text", **values: Any) -> dict[str, Any]:
        body = {"key": key, "title": f"ویژگی {key}", "type": kind, **values}
        answer = editor.post(f"{API}/categories/{category['id']}/attributes", json=body)
        assert answer.status_code == 201, answer.text
        attribute: dict[str, Any] = answer.json
        return attribute

    return post


@pytest.fixture
def patch() -> Callable[..., Any]:
    """Reads an object's ETag and changes it with that."""

    def send(caller: Any, path: str, body: dict[str, Any], etag: str | None = None) -> Any:
        version = etag or caller.get(f"{API}/{path}").headers.get("ETag", '"none"')
        return caller.patch(f"{API}/{path}", json=body, headers={"If-Match": version})

    return send


@pytest.fixture
def refused() -> Callable[..., None]:
    """Asserts that an answer is 422 and names just this field and rule."""

    def check(answer: Any, pointer: str, code: str) -> None:
        assert answer.status_code == 422, answer.text
        found = [(error["pointer"], error["code"]) for error in answer.json["errors"]]
        assert found == [(pointer, code)], answer.json

    return check
