"""Slides: fallback to the nearest ancestor, pictures, addresses."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

API = "/api/v1/category"


@pytest.fixture
def show(editor: Any) -> Any:
    """Gives a category a slide."""

    def post(category: dict[str, Any], title: str = "", **values: Any) -> dict[str, Any]:
        body = {"file_id": editor.upload("category.slide"), "title": title, **values}
        answer = editor.post(f"{API}/categories/{category['id']}/slides", json=body)
        assert answer.status_code == 201, answer.text
        slide: dict[str, Any] = answer.json
        return slide

    return post


def titles(client: Any, category: dict[str, Any]) -> list[str]:
    return [item["title"] for item in client.get(f"{API}/categories/{category['id']}/slides").json["items"]]


def test_a_category_without_slides_shows_those_of_the_nearest_ancestor(
    client: Any, db: Any, editor: Any, family: Any, show: Any
) -> None:
    assert titles(client, family["smartphones"]) == []
    show(family["digital"], "یک")
    show(family["digital"], "دو", position=0)
    assert titles(client, family["smartphones"]) == titles(client, family["digital"]) == ["دو", "یک"]
    own = show(family["mobile"], "گوشی", url="/mobile")
    assert titles(client, family["smartphones"]) == ["گوشی"]
    assert titles(client, family["fashion"]) == []
    with db.queries() as queries:
        titles(client, family["smartphones"])
    assert len(queries) == 1
    detail = client.get(f"{API}/categories/{family['smartphones']['id']}").json
    assert [(slide["category_id"], slide["url"]) for slide in detail["slides"]] == [(family["mobile"]["id"], "/mobile")]
    assert editor.delete(f"{API}/slides/{own['id']}").status_code == 204
    assert editor.delete(f"{API}/slides/{own['id']}").status_code == 404
    assert titles(client, family["smartphones"]) == ["دو", "یک"]


def test_pictures_are_public_and_get_thumbnails(client: Any, jobs: Any, family: Any, show: Any) -> None:
    slide = show(family["fashion"])
    before = client.get(f"{API}/slides/{slide['id']}")
    assert before.json["picture"]["private"] is False
    jobs.run()
    after = client.get(f"{API}/slides/{slide['id']}")
    assert set(after.json["picture"]["thumbnails"]) == {"small", "large"}
    assert before.headers["ETag"] != after.headers["ETag"]
    with client.get(f"/api/v1/kernel/files/{slide['picture']['id']}/content?size=small") as picture:
        assert (picture.status_code, picture.mimetype) == (200, "image/webp")


GOOD_LINKS = ["/", "/categories/لپ\u200cتاپ?sort=new&x=1#top", "https://asoud.ir", "https://asoud.ir:8443/a?b=c&d=%20e"]
BAD_LINKS = [
    "http://asoud.ir",
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "data:text/html,x",
    "//evil.example/x",
    "/\\evil.example",
    "https:///x",
    "https://user:secret@asoud.ir",
    "https://asoud.ir:x",
    "https://[::1",
    "ftp://asoud.ir",
    "categories",
    "/a b",
    "/a\nb",
    "/\u202egnp.exe",
    "/a\u2066b",
    "/<script>",
    "https://asoud.ir/\x07",
    "/a\u200fb",
]


def test_a_slide_leads_to_https_or_a_path_here(editor: Any, family: Any, patch: Any, refused: Any) -> None:
    path, file_id = f"{API}/categories/{family['mobile']['id']}/slides", editor.upload("category.slide")
    for url in BAD_LINKS:
        refused(editor.post(path, json={"file_id": file_id, "url": url}), "/url", "link")
    refused(editor.post(path, json={"file_id": file_id, "url": "/" + "a" * 500}), "/url", "length")
    slide = editor.post(path, json={"file_id": file_id, "url": None}).json
    for url in GOOD_LINKS:
        assert patch(editor, f"slides/{slide['id']}", {"url": url}).json["url"] == url


def test_only_an_own_upload_of_the_kind_becomes_a_slide(
    app: Any, as_user: Any, editor: Any, sara: Any, family: Any, refused: Any
) -> None:
    path = f"{API}/categories/{family['mobile']['id']}/slides"
    other = as_user(permissions=["category.edit"])
    for file_id in (other.upload("category.slide"), editor.upload("users.picture"), str(uuid.uuid4())):
        refused(editor.post(path, json={"file_id": file_id}), "/file_id", "unknown")
    refused(editor.post(path, json={}), "/file_id", "required")
    with pytest.raises(AssertionError, match="permission_denied"):
        sara.upload("category.slide")
    assert (
        editor.post(
            f"{API}/categories/{uuid.uuid4()}/slides", json={"file_id": editor.upload("category.slide")}
        ).status_code
        == 404
    )


def test_slides_are_changed(client: Any, editor: Any, family: Any, show: Any, patch: Any, outbox: Any) -> None:
    made = [show(family["mobile"], title) for title in ("a", "b", "c")]
    path = f"slides/{made[2]['id']}"
    old = editor.get(f"{API}/{path}").headers["ETag"]
    assert editor.patch(f"{API}/{path}", json={"title": "x"}).status_code == 428
    changed = patch(
        editor, path, {"position": 0, "title": "نو \u202e", "file_id": editor.upload("category.slide")}, old
    )
    assert (changed.status_code, changed.json["title"]) == (200, "نو")
    assert changed.json["picture"]["id"] != made[2]["picture"]["id"]
    assert patch(editor, path, {"title": "y"}, old).status_code == 412
    assert titles(client, family["mobile"]) == ["نو", "a", "b"]
    gone = client.get(f"/api/v1/kernel/files/{made[2]['picture']['id']}")
    assert gone.status_code == 404
    assert outbox.payloads("category.category_changed")[-1]["changed"] == ["slides"]


def test_a_deleted_category_takes_its_pictures_along(client: Any, editor: Any, family: Any, show: Any) -> None:
    slide = show(family["fashion"])
    assert editor.delete(f"{API}/categories/{family['fashion']['id']}").status_code == 204
    assert client.get(f"{API}/slides/{slide['id']}").status_code == 404
    assert client.get(f"/api/v1/kernel/files/{slide['picture']['id']}").status_code == 404


def test_slides_of_hidden_categories_are_hidden(client: Any, editor: Any, family: Any, show: Any, patch: Any) -> None:
    slide = show(family["fashion"])
    patch(editor, f"categories/{family['fashion']['id']}", {"is_active": False})
    assert client.get(f"{API}/slides/{slide['id']}").status_code == 404
    assert editor.get(f"{API}/slides/{slide['id']}").status_code == 200


def test_a_category_has_twenty_slides_at_most(
    editor: Any, family: Any, show: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asoud_category.services.slides.MAX_SLIDES", 1)
    show(family["fashion"])
    answer = editor.post(
        f"{API}/categories/{family['fashion']['id']}/slides", json={"file_id": editor.upload("category.slide")}
    )
    assert (answer.status_code, answer.json["code"]) == (409, "category.too_many_slides")
