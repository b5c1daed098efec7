"""Making, changing, moving and deleting categories, and what is refused."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from asoud_category.models import MAX_DEPTH, Category
from asoud_category.problems import CategoryInUse
from sqlalchemy import select

from addon_sdk import session, transaction

API = "/api/v1/category"
CATEGORIES = f"{API}/categories"


def order(client: Any, parent: dict[str, Any] | None = None) -> list[str]:
    query = {"parent_id": parent["id"]} if parent else {"roots": "true"}
    listed = client.get(CATEGORIES, query_string={**query, "sort": "position", "limit": 100}).json["items"]
    assert [item["position"] for item in listed] == list(range(len(listed)))
    return [item["slug"] for item in listed]


def move(editor: Any, category: dict[str, Any], parent: dict[str, Any] | None, **more: Any) -> Any:
    return editor.put(f"{CATEGORIES}/{category['id']}/place", json={"parent_id": parent and parent["id"], **more})


def test_a_category_is_made_where_it_belongs(client: Any, make: Any, family: Any, outbox: Any) -> None:
    tablets = make("tablets", family["digital"], position=0, title_en=None)
    assert tablets["is_shown"] is tablets["is_active"] is True
    assert order(client, family["digital"]) == ["tablets", "mobile"]
    made = outbox.payloads("category.category_created")[-1]
    assert made == {"category_id": tablets["id"], "parent_id": family["digital"]["id"]}
    make("cameras", family["digital"], position=99)
    assert order(client, family["digital"]) == ["tablets", "mobile", "cameras"]


BAD = [
    ({"title": ""}, "/title", "length"),
    ({"title": "x" * 121}, "/title", "length"),
    ({"title": "\u200c\u200c"}, "/title", "length"),
    ({"title": "\u202e\u2066\x07"}, "/title", "length"),
    ({"title": None}, "/title", "null"),
    ({"title_en": " "}, "/title_en", "length"),
    ({"slug": "Mobile"}, "/slug", "slug"),
    ({"slug": "موبایل"}, "/slug", "slug"),
    ({"slug": "a--b"}, "/slug", "slug"),
    ({"slug": "mobile\n"}, "/slug", "slug"),
    ({"slug": "mo\u202ebile"}, "/slug", "slug"),
    ({"slug": "a" * 81}, "/slug", "length"),
    ({"slug": "fashion"}, "/slug", "taken"),
    ({"parent_id": str(uuid.UUID(int=7))}, "/parent_id", "unknown"),
    ({"parent_id": "x"}, "/parent_id", "invalid_uuid"),
    ({"position": -1}, "/position", "range"),
    ({"market_fee": {"amount": -1, "currency": "IRR"}}, "/market_fee", "too_little"),
    ({"market_fee": {"amount": 1.5, "currency": "IRR"}}, "/market_fee", "amount"),
    ({"market_fee": 5}, "/market_fee", "invalid"),
    ({"is_active": "perhaps"}, "/is_active", "invalid"),
    ({"is_shown": True}, "/is_shown", "read_only"),
]


def test_bad_input_names_field_and_rule(editor: Any, family: Any, refused: Any, db: Any) -> None:
    for values, pointer, code in BAD:
        answer = editor.post(CATEGORIES, json={"title": "نو", "slug": "new", **values})
        refused(answer, pointer, code)
    assert db.count(Category) == 4


def test_what_cannot_be_seen_is_taken_out_of_titles(make: Any) -> None:
    made = make("plain", title="\u202eکتاب\u2066 کهنه\x07 می\u200cخوانم")
    assert made["title"] == "کتاب کهنه می\u200cخوانم"


def test_messages_are_persian_for_persians(editor: Any, family: Any) -> None:
    body = {"title": "نو", "slug": "fashion"}
    answer = editor.post(CATEGORIES, json=body, headers={"Accept-Language": "fa"})
    assert answer.json["errors"][0]["message"] == "دستهٔ دیگری این نشانی را دارد."


def test_a_change_needs_the_version_that_was_read(client: Any, editor: Any, family: Any, patch: Any) -> None:
    path = f"categories/{family['mobile']['id']}"
    assert editor.patch(f"{API}/{path}", json={"title": "نو"}).status_code == 428
    before = editor.get(f"{API}/{path}").headers["ETag"]
    changed = patch(editor, path, {"title": "تلفن", "market_fee": {"amount": 7, "currency": "IRR"}}, before)
    assert (changed.status_code, changed.json["title"]) == (200, "تلفن")
    assert patch(editor, path, {"title": "دیگر"}, before).status_code == 412
    seen = client.get(f"{API}/{path}")
    assert (seen.json["title"], seen.json["effective_fee"]["amount"]) == ("تلفن", 7)
    assert seen.headers["ETag"] == changed.headers["ETag"]
    assert client.get(f"{API}/{path}", headers={"If-None-Match": seen.headers["ETag"]}).status_code == 304
    assert client.get(CATEGORIES, query_string={"q": "تلفن"}).json["items"][0]["slug"] == "mobile"


def test_what_is_inherited_is_part_of_the_version(client: Any, editor: Any, family: Any, patch: Any, give: Any) -> None:
    path = f"{CATEGORIES}/{family['smartphones']['id']}"
    versions = [client.get(path).headers["ETag"]]
    patch(editor, f"categories/{family['digital']['id']}", {"title": "دیجیتال"})
    versions.append(client.get(path).headers["ETag"])
    give(family["digital"], "brand")
    versions.append(client.get(path).headers["ETag"])
    assert len(set(versions)) == 3


def test_changes_are_told(editor: Any, family: Any, patch: Any, outbox: Any, refused: Any) -> None:
    path = f"categories/{family['mobile']['id']}"
    patch(editor, path, {"title_en": None, "slug": "mobiles", "title": family["mobile"]["title"]})
    assert outbox.payloads("category.category_changed")[-1]["changed"] == ["slug", "title_en"]
    told = len(outbox.names())
    assert patch(editor, path, {"slug": "mobiles"}).status_code == 200
    assert len(outbox.names()) == told
    refused(patch(editor, path, {"slug": "fashion"}), "/slug", "taken")
    refused(patch(editor, path, {"parent_id": None}), "/parent_id", "unknown_field")


def test_a_category_moves_with_all_below_it(client: Any, editor: Any, family: Any, outbox: Any) -> None:
    moved = move(editor, family["mobile"], family["fashion"])
    assert (moved.status_code, moved.json["parent_id"]) == (200, family["fashion"]["id"])
    detail = client.get(f"{CATEGORIES}/{family['smartphones']['id']}").json
    assert [step["slug"] for step in detail["path"]] == ["fashion", "mobile", "smartphones"]
    assert detail["effective_fee"] == {"amount": 0, "currency": "IRR"}
    assert outbox.payloads("category.category_moved") == [
        {
            "category_id": family["mobile"]["id"],
            "parent_id": family["fashion"]["id"],
            "previous_parent_id": family["digital"]["id"],
            "position": 0,
        }
    ]
    assert move(editor, family["mobile"], None, position=0).status_code == 200
    assert order(client) == ["mobile", "digital", "fashion"]
    move(editor, family["mobile"], None, position=1)
    assert order(client) == ["digital", "mobile", "fashion"]
    told = len(outbox.names())
    move(editor, family["mobile"], None, position=1)
    assert len(outbox.names()) == told


def test_a_move_below_what_is_hidden_hides(client: Any, editor: Any, family: Any, patch: Any) -> None:
    patch(editor, f"categories/{family['fashion']['id']}", {"is_active": False})
    move(editor, family["mobile"], family["fashion"])
    assert client.get(f"{CATEGORIES}/{family['smartphones']['id']}").status_code == 404
    move(editor, family["mobile"], None)
    assert client.get(f"{CATEGORIES}/{family['smartphones']['id']}").status_code == 200


def test_a_cycle_is_refused(editor: Any, family: Any, refused: Any) -> None:
    refused(move(editor, family["digital"], family["smartphones"]), "/parent_id", "cycle")
    refused(move(editor, family["digital"], family["digital"]), "/parent_id", "cycle")
    refused(move(editor, family["digital"], {"id": str(uuid.uuid4())}), "/parent_id", "unknown")
    assert move(editor, {"id": str(uuid.uuid4())}, None).status_code == 404
    refused(editor.put(f"{CATEGORIES}/{family['digital']['id']}/place", json={}), "/parent_id", "required")


def test_the_tree_is_as_deep_as_clients_can_parse(
    client: Any, editor: Any, make: Any, family: Any, refused: Any
) -> None:
    last = None
    for level in range(MAX_DEPTH):
        last = make(f"level-{level}", last)
    answer = editor.post(CATEGORIES, json={"title": "ژرف", "slug": "deep", "parent_id": last["id"]})
    refused(answer, "/parent_id", "too_deep")
    assert str(MAX_DEPTH) in answer.json["errors"][0]["message"]
    third_last = editor.get(CATEGORIES, query_string={"slug": f"level-{MAX_DEPTH - 3}"}).json["items"][0]
    refused(move(editor, family["digital"], third_last), "/parent_id", "too_deep")
    assert move(editor, family["mobile"], third_last).status_code == 200
    for caller, path in ((client, "tree"), (editor, "tree/all")):
        text = caller.get(f"{API}/{path}").text
        deepest = level = 0
        for sign in text:
            level += (sign in "[{") - (sign in "]}")
            deepest = max(deepest, level)
        assert MAX_DEPTH * 2 < deepest <= 64


def test_a_key_twice_on_one_path_is_refused_for_a_move(editor: Any, family: Any, give: Any, refused: Any) -> None:
    give(family["fashion"], "color")
    give(family["smartphones"], "color")
    answer = move(editor, family["mobile"], family["fashion"])
    refused(answer, "/parent_id", "key_taken")
    assert "color" in answer.json["errors"][0]["message"]


def test_siblings_get_a_new_order(client: Any, editor: Any, make: Any, outbox: Any, refused: Any) -> None:
    ids = [make(name)["id"] for name in ("a", "b", "c")]
    answer = editor.put(f"{API}/order", json={"parent_id": None, "category_ids": [ids[2], ids[0], ids[1]]})
    assert [item["slug"] for item in answer.json["items"]] == ["c", "a", "b"]
    assert order(client) == ["c", "a", "b"]
    assert len(outbox.payloads("category.category_moved")) == 3
    for wrong in (ids[:2], [*ids, ids[0]], [ids[0], ids[0], ids[1]], [*ids[:2], str(uuid.uuid4())]):
        answer = editor.put(f"{API}/order", json={"parent_id": None, "category_ids": wrong})
        refused(answer, "/category_ids", "not_siblings")
    answer = editor.put(f"{API}/order", json={"parent_id": str(uuid.uuid4()), "category_ids": ids})
    refused(answer, "/parent_id", "unknown")


def test_only_an_unused_leaf_is_deleted(
    client: Any, editor: Any, family: Any, outbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mobile, leaf = (f"{CATEGORIES}/{family[name]['id']}" for name in ("mobile", "smartphones"))
    assert editor.delete(mobile).json["code"] == "category.has_children"
    asked: list[str] = []

    def object_to(*, category_id: uuid.UUID) -> None:
        asked.append(str(category_id))
        raise CategoryInUse

    with monkeypatch.context() as patched:
        patched.setattr("asoud_category.services.categories.in_use", object_to)
        assert (editor.delete(leaf).status_code, editor.delete(leaf).json["code"]) == (409, "category.in_use")
    assert asked == [family["smartphones"]["id"]] * 2
    assert editor.delete(leaf).status_code == 204
    assert outbox.payloads("category.category_deleted") == [
        {"category_id": family["smartphones"]["id"], "parent_id": family["mobile"]["id"]}
    ]
    assert client.get(leaf).status_code == editor.delete(leaf).status_code == 404
    assert editor.delete(mobile).status_code == 204
    assert editor.delete(f"{CATEGORIES}/{family['digital']['id']}").status_code == 204
    assert order(client) == ["fashion"]


def test_a_deleted_category_takes_its_attributes_along(db: Any, editor: Any, family: Any, give: Any) -> None:
    attribute = give(family["fashion"], "color")
    assert editor.delete(f"{CATEGORIES}/{family['fashion']['id']}").status_code == 204
    assert editor.get(f"{API}/attributes/{attribute['id']}").status_code == 404


def test_an_administrator_may_edit_and_others_not(as_user: Any, sara: Any, family: Any) -> None:
    body = {"title": "نو", "slug": "new"}
    assert as_user(roles=["admin"]).post(CATEGORIES, json=body).status_code == 201
    path = f"{CATEGORIES}/{family['mobile']['id']}"
    assert sara.post(CATEGORIES, json=body).status_code == 403
    assert sara.patch(path, json={}).status_code == sara.delete(path).status_code == 403
    assert sara.put(f"{path}/place", json={"parent_id": None}).status_code == 403


def test_caches_are_dropped_by_every_change(client: Any, editor: Any, make: Any, family: Any, patch: Any) -> None:
    def tree() -> str:
        return str(client.get(f"{API}/tree").headers["ETag"])

    seen = [tree()]
    extra = make("extra")
    seen.append(tree())
    patch(editor, f"categories/{extra['id']}", {"title": "دیگر"})
    seen.append(tree())
    move(editor, extra, family["fashion"])
    seen.append(tree())
    editor.delete(f"{CATEGORIES}/{extra['id']}")
    assert tree() == seen[0]
    assert len(set(seen)) == 4


def test_ids_keep_their_order_after_many_moves(client: Any, db: Any, editor: Any, make: Any) -> None:
    made = [make(f"c{number}") for number in range(5)]
    for category, place in ((made[4], 0), (made[0], 4), (made[2], 2), (made[1], 9)):
        assert move(editor, category, None, position=place).status_code == 200
    assert sorted(db.all(select(Category.position))) == [0, 1, 2, 3, 4]
    assert order(client) == ["c4", "c2", "c3", "c0", "c1"]


def test_rows_of_a_tree_can_be_put_back_in_any_order(db: Any, make: Any, editor: Any) -> None:
    """A child may be older than its parent, and an archive has the older rows first."""
    older, newer = make("older"), make("newer")
    assert move(editor, older, newer).status_code == 200
    table = Category.__table__

    @transaction
    def take_out_and_put_back() -> None:
        rows = [dict(row) for row in session().execute(select(table).order_by(table.c.id)).mappings()]
        session().execute(table.delete())
        for row in rows:
            session().execute(table.insert().values(**row))

    db.run(take_out_and_put_back)
    assert [row.slug for row in db.all(select(Category).order_by(Category.id))] == ["older", "newer"]
