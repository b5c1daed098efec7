"""Files over REST: no browser is ever handed something that it would run."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kernel.clock import FrozenClock
from kernel.db import new_id
from kernel.files import links
from kernel.files.thumbnails import make_thumbnails
from kernel.runtime import Platform
from tests.files.conftest import STAFF, store
from tests.files.samples import ALL, PDF, PICTURES, SOUND, TEXT, VIDEO, mp4, photo, picture
from tests.files.test_pictures import png_that_says_it_is
from tests.processes import MakePlatform, as_user

FILES = "/api/v1/kernel/files"


class Client(FlaskClient):
    """Reads each answer to its end and closes it, as servers do."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **kwargs})


def client_of(platform: Platform) -> FlaskClient:
    platform.app.test_client_class = Client
    return platform.app.test_client()


@pytest.fixture
def client(platform: Platform) -> FlaskClient:
    return client_of(platform)


def send(client: FlaskClient, content: bytes, name: str = "x.bin", **form: Any) -> TestResponse:
    return client.post(FILES, data={"file": (io.BytesIO(content), name), **form})


def problem(answer: TestResponse) -> tuple[int, str]:
    assert answer.content_type.startswith("application/problem+json"), answer.get_data(as_text=True)
    return answer.status_code, (answer.json or {})["code"]


def path(url: str) -> str:
    """The address within the site."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def test_upload_look_download_delete(client: FlaskClient, user_id: UUID) -> None:
    with as_user(user_id):
        answer = send(client, PDF, "گزارش.exe", kind="gallery.paper")
        assert answer.status_code == 201
        made: dict[str, Any] = answer.json or {}
        assert (made["name"], made["media_type"], made["size"]) == ("گزارش.pdf", "application/pdf", len(PDF))
        assert (made["private"], made["width"], made["thumbnails"]) == (True, None, {})
        seen = client.get(f"{FILES}/{made['id']}").json or {}
        assert {**seen, "created_at": 0} == {**made, "created_at": 0}
        assert client.get(f"{FILES}/{made['id']}/content").data == PDF
    assert client.get(path(made["url"])).data == PDF
    with as_user(user_id):
        assert client.delete(f"{FILES}/{made['id']}").status_code == 204
        assert problem(client.get(f"{FILES}/{made['id']}")) == (404, "not_found")
        assert problem(client.delete(f"{FILES}/{made['id']}")) == (404, "not_found")


def test_uploading_needs_a_login_and_its_own_kind_of_permission(client: FlaskClient, user_id: UUID) -> None:
    assert problem(send(client, PDF, kind="gallery.paper")) == (401, "not_authenticated")
    with as_user(user_id):
        assert problem(send(client, TEXT, kind="gallery.sheet")) == (403, "permission_denied")
    with as_user(user_id, "gallery.import"):
        assert send(client, TEXT, kind="gallery.sheet").status_code == 201


@pytest.mark.parametrize(
    ("form", "pointers"),
    [
        ({"kind": "gallery.nothing"}, ["/kind"]),
        ({"kind": "gallery.report"}, ["/kind"]),
        ({}, ["/kind"]),
        ({"kind": "gallery.paper", "extra": "1"}, ["/extra"]),
        ({"kind": "gallery.paper", "file": "text"}, ["/file"]),
    ],
)
def test_wrong_forms_say_which_field(
    client: FlaskClient, user_id: UUID, form: dict[str, Any], pointers: list[str]
) -> None:
    with as_user(user_id):
        answer = client.post(FILES, data={"file": (io.BytesIO(PDF), "x"), **form})
    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in (answer.json or {})["errors"]] == pointers


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b"<script>alert(1)</script>", "gallery.paper", (415, "file_type_refused")),
        (picture("PNG"), "gallery.paper", (415, "file_type_refused")),
        (b"\xff\xd8\xff\xe0", "gallery.photo", (422, "file_damaged")),
        (PDF + b"<script>", "gallery.paper", (415, "file_type_refused")),
        (b"", "gallery.photo", (422, "file_empty")),
        (bytes(100_001), "gallery.photo", (413, "file_too_large")),
        (png_that_says_it_is(6000, 6000), "gallery.photo", (422, "picture_too_large")),
    ],
)
def test_refused_content_is_a_clear_problem(
    client: FlaskClient, user_id: UUID, content: bytes, kind: str, expected: tuple[int, str]
) -> None:
    with as_user(user_id):
        assert problem(send(client, content, "innocent.jpg", kind=kind)) == expected


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data", "application/pdf"])
def test_what_is_no_form_is_told_so(client: FlaskClient, user_id: UUID, content_type: str) -> None:
    with as_user(user_id):
        answer = client.post(FILES, data=b"{}", content_type=content_type)
    assert problem(answer) == (415, "unsupported_media_type")
    assert "multipart/form-data" in (answer.json or {})["detail"]


def test_an_unknown_kind_is_answered_with_those_there_are(client: FlaskClient, user_id: UUID) -> None:
    with as_user(user_id):
        errors = (send(client, PDF, kind="gallery.nothing").json or {})["errors"]
    assert errors[0]["code"] == "unknown_kind"
    assert "gallery.paper, gallery.photo" in errors[0]["message"]
    assert "gallery.report" not in errors[0]["message"]  # only code stores these


def test_bytes_beyond_the_end(client: FlaskClient, platform: Platform, user_id: UUID) -> None:
    row = store(platform, PDF, kind="paper", owner=user_id, claimed=True)
    with as_user(user_id):
        answer = client.get(f"{FILES}/{row.id}/content", headers={"Range": "bytes=100000-"})
    assert problem(answer) == (416, "range_not_satisfiable")
    assert answer.headers["Content-Range"] == f"bytes */{len(PDF)}"


def test_a_body_above_the_sites_limit_is_refused(make_platform: MakePlatform, redis_url: str, user_id: UUID) -> None:
    client = client_of(make_platform(redis_url=redis_url, max_upload_bytes=1000))
    with as_user(user_id):
        assert problem(send(client, bytes(5000), kind="gallery.paper")) == (413, "file_too_large")
        answer = send(client, bytes(90_000), kind="gallery.paper")
    assert problem(answer) == (413, "payload_too_large")
    assert answer.json["max_bytes"] == 1000 + 65_536


def test_no_body_is_taken_that_is_larger_than_any_kind_may_be(client: FlaskClient, user_id: UUID) -> None:
    with as_user(user_id):
        answer = client.post(FILES, data=bytes(6 * 1_048_576), content_type="multipart/form-data; boundary=x")
    assert problem(answer) == (413, "payload_too_large")
    assert answer.json["max_bytes"] == 5 * 1_048_576 + 65_536


def test_too_many_uploads_are_slowed_down(client: FlaskClient, user_id: UUID) -> None:
    with as_user(user_id):
        answers = [send(client, b"", kind="gallery.nothing").status_code for _ in range(61)]
    assert answers[-1] == 429


def test_private_files_do_not_exist_for_others(client: FlaskClient, platform: Platform, user_id: UUID) -> None:
    row = store(platform, PDF, kind="paper", owner=user_id, claimed=True)
    for who in (as_user(new_id()), as_user(STAFF)):
        with who:
            expected = 404 if who is not None and client.get(f"{FILES}/{row.id}").status_code == 404 else 200
            assert client.get(f"{FILES}/{row.id}/content").status_code == expected
            assert problem(client.delete(f"{FILES}/{row.id}")) == (404, "not_found")
    assert problem(client.get(f"{FILES}/{row.id}")) == (404, "not_found")
    with as_user(STAFF):
        assert client.get(f"{FILES}/{row.id}").status_code == 200
    with as_user(user_id):
        assert problem(client.delete(f"{FILES}/{row.id}")) == (409, "conflict")


def test_a_link_opens_one_file_in_one_size_for_a_while(client: FlaskClient, platform: Platform, user_id: UUID) -> None:
    one, two = (store(platform, PDF, kind="paper", owner=user_id) for _ in range(2))
    link = path(platform.files.link(one))
    answer = client.get(link)
    assert answer.status_code == 200
    assert "private" in answer.headers["Cache-Control"]
    assert problem(client.get(link.replace(str(one.id), str(two.id)))) == (404, "not_found")
    assert problem(client.get(f"{link}&size=small")) == (404, "not_found")
    assert problem(client.get(link[:-3])) == (404, "not_found")
    for wrong in ("", "1", "x.y", "9999999999.é", "٩.x", "9" * 400 + ".x"):
        answer = client.get(f"{FILES}/{one.id}/content", query_string={"link": wrong})
        assert problem(answer) == (404, "not_found")
    old = path(platform.files.link(one, seconds=-links.STEP_SECONDS * 2))
    assert problem(client.get(old)) == (404, "link_expired")


def test_links_stay_the_same_for_some_minutes(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    row = store(platform, PDF, kind="paper")
    made = []
    for moment in (900_001.0, 900_900.0, 900_901.0):
        monkeypatch.setattr(links, "time", lambda at=moment: at)
        made.append(platform.files.link(row))
        query = urlsplit(made[-1]).query.removeprefix("link=")
        assert 3600 <= platform.files.links.check(query, row.id, None) <= 3600 + links.STEP_SECONDS
    assert made[0] == made[1] != made[2]


def test_public_files_are_everybodys_and_kept_for_ever(client: FlaskClient, platform: Platform) -> None:
    row = store(platform, photo(), kind="photo")
    answer = client.get(path(platform.files.link(row)))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert client.get(f"{FILES}/{row.id}").status_code == 200
    again = client.get(f"{FILES}/{row.id}/content", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("media_type", sorted(ALL))
def test_every_type_is_served_so_that_nothing_runs(client: FlaskClient, platform: Platform, media_type: str) -> None:
    row = store(platform, ALL[media_type], kind="photo" if media_type in PICTURES else "paper")
    answer = client.get(path(platform.files.link(row)))
    headers = answer.headers
    assert answer.status_code == 200
    assert answer.mimetype == row.media_type
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].endswith("; sandbox")
    assert "script-src" not in headers["Content-Security-Policy"]
    shown = headers["Content-Disposition"].startswith("inline")
    assert shown == (media_type in {**PICTURES, **SOUND, **VIDEO})


def test_ranges_of_sound_and_video(client: FlaskClient, platform: Platform) -> None:
    content = mp4()
    link = path(platform.files.link(store(platform, content, kind="paper")))
    part = client.get(link, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.data) == (206, b"ftyp")
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(content)}"
    assert client.get(link, headers={"Range": "bytes=-3"}).data == content[-3:]
    assert problem(client.get(link, headers={"Range": f"bytes={len(content)}-"}))[0] == 416
    head = client.head(link)
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(content))


def test_a_picture_stands_in_for_a_thumbnail_that_is_not_made_yet(client: FlaskClient, platform: Platform) -> None:
    row = store(platform, picture("PNG", (100, 60)), kind="photo")
    address = f"{FILES}/{row.id}/content?size="
    for _ in range(2):
        early = client.get(f"{address}small")
        assert (early.status_code, early.mimetype) == (200, "image/png")
        assert early.headers["Cache-Control"] == "public, max-age=60"
        assert problem(client.get(f"{address}huge")) == (404, "not_found")
    make_thumbnails(str(row.id))
    made = client.get(f"{address}small")
    assert (made.mimetype, made.headers["ETag"] == early.headers["ETag"]) == ("image/webp", False)
    assert made.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_thumbnails_have_links_once_they_are_made(client: FlaskClient, platform: Platform, user_id: UUID) -> None:
    row = store(platform, picture("PNG", (100, 60)), kind="photo", owner=user_id)
    make_thumbnails(str(row.id))
    seen = client.get(f"{FILES}/{row.id}").json or {}
    assert (seen["thumbnails"]["small"]["width"], seen["thumbnails"]["small"]["height"]) == (20, 12)
    small = client.get(path(seen["thumbnails"]["small"]["url"]))
    assert (small.mimetype, small.data[8:12]) == ("image/webp", b"WEBP")
    assert "name-small.webp" in small.headers["Content-Disposition"]
    assert small.headers["ETag"] != client.get(path(seen["url"])).headers["ETag"]


def test_lost_bytes_are_not_found(client: FlaskClient, platform: Platform) -> None:
    row = store(platform, picture(), kind="photo")
    platform.files.storage.delete(row.key)
    assert problem(client.get(path(platform.files.link(row)))) == (404, "not_found")


def test_a_disabled_addons_files_are_out_of_reach(client: FlaskClient, platform: Platform, user_id: UUID) -> None:
    row = store(platform, PDF, kind="paper", owner=user_id)
    link = path(platform.files.link(row))
    platform.gate.enabled -= {"gallery"}
    platform.gate.generation += 1
    assert problem(client.get(link)) == (404, "addon_disabled")
    with as_user(user_id):
        assert problem(send(client, PDF, kind="gallery.paper")) == (404, "addon_disabled")


def test_an_s3_service_serves_the_bytes_by_its_own_link(
    make_platform: MakePlatform, redis_url: str, s3: dict[str, Any]
) -> None:
    import requests

    platform = make_platform(redis_url=redis_url, **s3)
    row = store(platform, PDF, kind="paper")
    answer = client_of(platform).get(path(platform.files.link(row)))
    assert answer.status_code == 302
    assert "private" in answer.headers["Cache-Control"]
    served = requests.get(answer.headers["Location"], timeout=5)
    assert served.content == PDF
    assert served.headers["Content-Disposition"].startswith("attachment")
    platform.files.storage.delete(row.key)


def test_links_end_by_the_clock(platform: Platform) -> None:
    with FrozenClock():
        assert platform.files.link(store(platform, PDF, kind="paper"), seconds=60)
