"""Attributes of categories: who inherits them, and what is refused."""

from __future__ import annotations

import uuid
from typing import Any

from asoud_category.services import attributes_of

API = "/api/v1/category"
SIZES = [{"value": "s", "title": "کوچک"}, {"value": "xl", "title": "بزرگ", "title_en": "Large"}]


def keys(client: Any, category: dict[str, Any]) -> list[str]:
    items = client.get(f"{API}/categories/{category['id']}/attributes").json["items"]
    return [item["key"] for item in items]


def test_descendants_inherit_and_others_do_not(client: Any, db: Any, app: Any, family: Any, give: Any) -> None:
    brand = give(family["digital"], "brand", filterable=True)
    give(family["digital"], "color", position=0)
    give(family["mobile"], "ram", "integer", unit="GB", required=True)
    give(family["fashion"], "color")
    assert keys(client, family["smartphones"]) == ["color", "brand", "ram"]
    assert keys(client, family["digital"]) == ["color", "brand"]
    assert keys(client, family["fashion"]) == ["color"]
    assert brand["category_id"] == family["digital"]["id"]
    with db.queries() as queries:
        keys(client, family["smartphones"])
    assert queries == []
    with app.app_context():
        found = attributes_of(uuid.UUID(family["smartphones"]["id"]))
    assert [(attribute.key, attribute.unit, attribute.required) for attribute in found][2] == ("ram", "GB", True)


def test_choices_keep_their_order(client: Any, family: Any, give: Any) -> None:
    made = give(family["fashion"], "size", "choices", choices=SIZES)
    shown = client.get(f"{API}/attributes/{made['id']}").json
    assert [choice["value"] for choice in shown["choices"]] == ["s", "xl"]
    assert [choice["title_en"] for choice in shown["choices"]] == [None, "Large"]


BAD = [
    ({"key": "Color"}, "/key", "key"),
    ({"key": "رنگ"}, "/key", "key"),
    ({"key": "1st"}, "/key", "key"),
    ({"key": "a__b"}, "/key", "key"),
    ({"key": "a\u202eb"}, "/key", "key"),
    ({"key": "a" * 51}, "/key", "length"),
    ({"type": "colour"}, "/type", "one_of"),
    ({"title": "\u202e"}, "/title", "length"),
    ({"choices": SIZES}, "/choices", "no_choices"),
    ({"type": "choice"}, "/choices", "required"),
    ({"type": "choice", "choices": []}, "/choices", "required"),
    ({"type": "choice", "choices": [SIZES[0], SIZES[0]]}, "/choices/1/value", "repeated"),
    ({"type": "choice", "choices": [{"value": "۱", "title": "یک"}]}, "/choices/0/value", "value"),
    ({"type": "choice", "choices": [{"value": "a"}]}, "/choices/0/title", "required"),
    ({"required": "perhaps"}, "/required", "invalid"),
    ({"position": -1}, "/position", "range"),
    ({"colour": "red"}, "/colour", "unknown_field"),
]


def test_bad_input_names_field_and_rule(editor: Any, family: Any, refused: Any) -> None:
    path = f"{API}/categories/{family['mobile']['id']}/attributes"
    for values, pointer, code in BAD:
        body = {"key": "color", "title": "رنگ", "type": "text", **values}
        refused(editor.post(path, json=body), pointer, code)
    assert editor.post(f"{API}/categories/{uuid.uuid4()}/attributes", json=body | BAD[0][0]).status_code == 422
    body = {"key": "color", "title": "رنگ", "type": "text"}
    assert editor.post(f"{API}/categories/{uuid.uuid4()}/attributes", json=body).status_code == 404


def test_a_key_stands_once_on_each_path(editor: Any, family: Any, give: Any, refused: Any) -> None:
    give(family["mobile"], "color")
    for name in ("digital", "mobile", "smartphones"):
        body = {"key": "color", "title": "رنگ", "type": "text"}
        answer = editor.post(f"{API}/categories/{family[name]['id']}/attributes", json=body)
        refused(answer, "/key", "key_taken")
        assert family["mobile"]["title"] in answer.json["errors"][0]["message"]
    give(family["fashion"], "color")


def test_key_and_type_stay(editor: Any, family: Any, give: Any, patch: Any, refused: Any) -> None:
    path = f"attributes/{give(family['mobile'], 'ram', 'integer')['id']}"
    refused(patch(editor, path, {"type": "decimal"}), "/type", "fixed")
    refused(patch(editor, path, {"key": "memory"}), "/key", "fixed")
    same = {"key": "ram", "type": "integer", "title": "حافظه", "unit": "GB", "filterable": True}
    changed = patch(editor, path, same)
    assert (changed.status_code, changed.json["title"], changed.json["unit"]) == (200, "حافظه", "GB")


def test_attributes_are_changed_and_taken_away(
    client: Any, editor: Any, family: Any, give: Any, patch: Any, outbox: Any, refused: Any
) -> None:
    made = [give(family["mobile"], key) for key in ("a", "b", "c")]
    sizes = give(family["mobile"], "size", "choice", choices=SIZES)
    assert patch(editor, f"attributes/{made[2]['id']}", {"position": 0}).status_code == 200
    assert keys(client, family["mobile"]) == ["c", "a", "b", "size"]
    changed = patch(editor, f"attributes/{sizes['id']}", {"choices": SIZES[::-1], "title": "اندازه"})
    assert [choice["value"] for choice in changed.json["choices"]] == ["xl", "s"]
    refused(patch(editor, f"attributes/{sizes['id']}", {"choices": []}), "/choices", "required")
    refused(patch(editor, f"attributes/{made[0]['id']}", {"choices": SIZES}), "/choices", "no_choices")
    assert editor.delete(f"{API}/attributes/{made[0]['id']}").status_code == 204
    assert editor.delete(f"{API}/attributes/{made[0]['id']}").status_code == 404
    assert keys(client, family["mobile"]) == ["c", "b", "size"]
    told = outbox.payloads("category.category_changed")
    assert {(each["category_id"], *each["changed"]) for each in told} == {(family["mobile"]["id"], "attributes")}


def test_a_change_needs_the_version_that_was_read(editor: Any, family: Any, give: Any, patch: Any) -> None:
    path = f"attributes/{give(family['mobile'], 'ram')['id']}"
    old = editor.get(f"{API}/{path}").headers["ETag"]
    assert editor.patch(f"{API}/{path}", json={"title": "x"}).status_code == 428
    assert patch(editor, path, {"title": "حافظه"}, old).status_code == 200
    assert patch(editor, path, {"title": "دیگر"}, old).status_code == 412


def test_attributes_of_hidden_categories_are_hidden(
    client: Any, editor: Any, family: Any, give: Any, patch: Any
) -> None:
    made = give(family["smartphones"], "ram")
    assert client.get(f"{API}/attributes/{made['id']}").status_code == 200
    patch(editor, f"categories/{family['digital']['id']}", {"is_active": False})
    assert client.get(f"{API}/attributes/{made['id']}").status_code == 404
    assert editor.get(f"{API}/attributes/{made['id']}").status_code == 200


def test_a_category_has_a_hundred_attributes_at_most(editor: Any, family: Any, give: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("asoud_category.services.attribute_changes.MAX_ATTRIBUTES", 1)
    give(family["mobile"], "a")
    body = {"key": "b", "title": "ب", "type": "text"}
    answer = editor.post(f"{API}/categories/{family['mobile']['id']}/attributes", json=body)
    assert (answer.status_code, answer.json["code"]) == (409, "category.too_many_attributes")
