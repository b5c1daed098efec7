"""The demo's tree: large enough, deep enough, and the same however often it is loaded."""

from __future__ import annotations

from typing import Any

from asoud_category.demo import load, outline
from asoud_category.models import Category, CategoryAttribute
from asoud_category.schemas.fields import SLUG
from asoud_category.services import check_attributes, subtree_ids
from sqlalchemy import select


def test_the_outline_is_believable() -> None:
    lines = list(outline())
    roots = [line for line in lines if line.depth == 0]
    assert len(lines) > 80
    assert len(roots) >= 8
    assert max(line.depth for line in lines) >= 2
    assert len({line.slug for line in lines}) == len(lines)
    assert all(SLUG.fullmatch(line.slug) for line in lines)
    assert all(root.fee and root.fee.currency == "IRR" for root in roots)


def test_loading_twice_changes_nothing(app: Any, db: Any, client: Any) -> None:
    steps: list[int] = []
    db.run(load.load, "small", steps.append)
    assert sum(steps) == len(list(outline())) == db.count(Category)
    before = {(row.id, row.updated_at) for row in db.all(select(Category))}
    attributes = db.count(CategoryAttribute)
    assert attributes > 30
    db.run(load.load, "small", steps.append)
    assert {(row.id, row.updated_at) for row in db.all(select(Category))} == before
    assert db.count(CategoryAttribute) == attributes
    found = client.get("/api/v1/category/categories", query_string={"q": "گوشي هوشمند"}).json["items"]
    assert [item["slug"] for item in found] == ["smartphones"]
    with app.app_context():
        digital = db.all(select(Category.id).where(Category.slug == "digital"))[0]
        assert len(subtree_ids(digital)) > 20
        values = {"storage": "128gb", "ram": "۸", "screen_size": "۶٫۷", "guarantee": "18-months", "color": ["black"]}
        checked = check_attributes(db.all(select(Category.id).where(Category.slug == "smartphones"))[0], values)
    assert checked["ram"] == 8


def test_what_an_editor_changed_stays(db: Any, editor: Any, patch: Any) -> None:
    db.run(load.load, "small", lambda steps: None)
    root = db.all(select(Category).where(Category.slug == "services"))[0]
    assert patch(editor, f"categories/{root.id}", {"title": "خدمات ما"}).status_code == 200
    db.run(load.load, "small", lambda steps: None)
    assert db.all(select(Category.title).where(Category.slug == "services")) == ["خدمات ما"]
