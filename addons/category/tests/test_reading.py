"""The tree, details and lists, as everybody sees them, and in how many queries."""

from __future__ import annotations

import uuid
from typing import Any

from asoud_category.models import MAX_DEPTH
from asoud_category.services import FREE, fee_of, path_ids, subtree_ids, tree

from addon_sdk import Money, NotFound

API = "/api/v1/category"


def slugs(branches: list[dict[str, Any]]) -> list[Any]:
    return [
        (branch["slug"], slugs(branch["children"])) if branch["children"] else branch["slug"] for branch in branches
    ]


def test_the_whole_tree_is_one_query_then_none(client: Any, db: Any, family: Any) -> None:
    client.get(f"{API}/categories")  # whatever the first request of an app asks for
    with db.queries() as queries:
        answer = client.get(f"{API}/tree")
    assert len(queries) <= 2
    assert slugs(answer.json["items"]) == [("digital", [("mobile", ["smartphones"])]), "fashion"]
    with db.queries() as queries:
        again = client.get(f"{API}/tree", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, queries) == (304, [])


def test_a_part_of_the_tree(client: Any, family: Any) -> None:
    shallow = client.get(f"{API}/tree?depth=1").json["items"]
    assert slugs(shallow) == ["digital", "fashion"]
    assert [branch["children_count"] for branch in shallow] == [1, 0]
    roots = {"root": [family["mobile"]["id"], family["fashion"]["id"]]}
    assert slugs(client.get(f"{API}/tree", query_string=roots).json["items"]) == [
        ("mobile", ["smartphones"]),
        "fashion",
    ]
    deep = client.get(f"{API}/tree?depth=۲&root={family['digital']['id']}").json["items"]
    assert slugs(deep) == [("digital", ["mobile"])]


def test_a_part_that_is_not_there_is_named(client: Any, family: Any, refused: Any) -> None:
    refused(client.get(f"{API}/tree?root={uuid.uuid4()}"), "/query/root", "unknown")
    refused(client.get(f"{API}/tree?depth={MAX_DEPTH + 1}"), "/query/depth", "range")
    refused(client.get(f"{API}/tree?depth=0"), "/query/depth", "range")
    refused(client.get(f"{API}/tree?root=x"), "/query/root", "invalid_uuid")


def test_a_detail_has_path_and_fee(client: Any, db: Any, family: Any, give: Any) -> None:
    give(family["digital"], "brand")
    give(family["smartphones"], "ram", "integer")
    path = f"{API}/categories/{family['smartphones']['id']}"
    client.get(path)
    with db.queries() as queries:
        detail = client.get(path).json
    assert len(queries) == 2, queries
    assert [step["slug"] for step in detail["path"]] == ["digital", "mobile", "smartphones"]
    assert (detail["market_fee"], detail["effective_fee"]) == (None, {"amount": 5_000_000, "currency": "IRR"})
    assert [attribute["key"] for attribute in detail["attributes"]] == ["brand", "ram"]
    assert detail["slides"] == []
    assert client.get(f"{API}/categories/{uuid.uuid4()}").status_code == 404


def test_services_answer_from_the_cached_tree(app: Any, db: Any, family: Any) -> None:
    digital, mobile, smartphones, fashion = (uuid.UUID(family[name]["id"]) for name in family)
    with app.app_context():
        tree()
        with db.queries() as queries:
            assert subtree_ids(digital) == (digital, mobile, smartphones)
            assert path_ids(smartphones) == (digital, mobile, smartphones)
            assert fee_of(smartphones) == Money(5_000_000, "IRR")
            assert fee_of(fashion) == FREE
            assert tree() is tree()
        assert queries == []
        for service in (subtree_ids, path_ids, fee_of):
            try:
                service(uuid.uuid4())
            except NotFound:
                continue
            raise AssertionError(service)


def test_hidden_categories_and_all_below_are_for_editors(
    client: Any, editor: Any, app: Any, family: Any, patch: Any, refused: Any
) -> None:
    mobile, below = family["mobile"]["id"], family["smartphones"]["id"]
    assert patch(editor, f"categories/{mobile}", {"is_active": False}).status_code == 200
    assert slugs(client.get(f"{API}/tree").json["items"]) == ["digital", "fashion"]
    for path in (f"categories/{mobile}", f"categories/{below}", f"categories/{below}/attributes"):
        assert client.get(f"{API}/{path}").status_code == 404
        assert editor.get(f"{API}/{path}").status_code == 200
    assert client.get(f"{API}/categories/{below}/slides").status_code == 404
    refused(client.get(f"{API}/tree?root={below}"), "/query/root", "unknown")
    assert [item["slug"] for item in client.get(f"{API}/categories").json["items"]] == ["fashion", "digital"]
    assert len(editor.get(f"{API}/categories").json["items"]) == 4
    whole = editor.get(f"{API}/tree/all").json["items"]
    assert slugs(whole) == [("digital", [("mobile", ["smartphones"])]), "fashion"]
    phones = whole[0]["children"][0]
    assert (phones["is_active"], phones["children"][0]["is_active"], phones["children"][0]["is_shown"]) == (
        False,
        True,
        False,
    )
    assert client.get(f"{API}/tree/all").status_code == 401
    with app.app_context():
        digital = uuid.UUID(family["digital"]["id"])
        assert len(subtree_ids(digital)) == 3
    assert patch(editor, f"categories/{mobile}", {"is_active": True}).status_code == 200
    assert client.get(f"{API}/categories/{below}").status_code == 200


SPELLINGS = {
    "mobile": ("موبایل", "مُوبايل", "گوشی‌موبایل", "گوشیموبایل", "MOBILE", "obile ph"),
    "digital": ("دیجیتال", "ديجيتال", "كالاي دیج"),
}


def test_search_finds_any_part_in_any_spelling(client: Any, family: Any) -> None:
    for slug, queries in SPELLINGS.items():
        for query in queries:
            found = client.get(f"{API}/categories", query_string={"q": query}).json["items"]
            assert [item["slug"] for item in found] == [slug], query
    for query in ("%", "_", "\\", "نیست"):
        assert client.get(f"{API}/categories", query_string={"q": query}).json["items"] == [], query


def test_lists_are_alphabetical_and_go_on_by_cursor(client: Any, db: Any, make: Any) -> None:
    titles = ["یخچال", "پوشاک", "چای", "گلیم", "آبمیوه", "بلوز", "ژاکت", "کتاب", "Audio"]
    for number, title in enumerate(titles):
        make(f"c{number}", title=title)
    expected = ["Audio", "آبمیوه", "بلوز", "پوشاک", "چای", "ژاکت", "کتاب", "گلیم", "یخچال"]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        with db.queries() as queries:
            page = client.get(f"{API}/categories", query_string={"limit": 2, **cursor}).json
        assert len(queries) == 1
        found += [item["title"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert found == expected
    turned = client.get(f"{API}/categories?sort=-title&limit=100").json["items"]
    assert [item["title"] for item in turned] == expected[::-1]


def test_lists_are_filtered(client: Any, family: Any) -> None:
    def listed(**query: Any) -> list[str]:
        return [item["slug"] for item in client.get(f"{API}/categories", query_string=query).json["items"]]

    assert listed(roots="true") == ["fashion", "digital"]
    assert listed(parent_id=family["digital"]["id"], sort="position") == ["mobile"]
    assert listed(slug=["mobile", "fashion"]) == ["fashion", "mobile"]
    assert client.get(f"{API}/categories?q=").status_code == 422
    assert client.get(f"{API}/categories?q={'a' * 65}").status_code == 422
