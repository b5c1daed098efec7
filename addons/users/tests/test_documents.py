"""Documents: handed in, seen by their user and by reviewers, deleted with their file."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_users.testing import API, _document, make_user
from flask import Flask
from flask.testing import FlaskClient

PATH = f"{API}/documents"


@pytest.fixture
def reviewer(app: Flask, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000002"), permissions=["users.documents_review"])


@pytest.fixture
def document(caller: Any) -> Any:
    body = {"title": "کارت ملی", "file_id": caller.upload("users.document")}
    answer = caller.post(PATH, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_document_is_handed_in_and_shown(caller: Any, document: Any) -> None:
    assert (document["status"], document["user_id"]) == ("pending", str(caller.user_id))
    assert caller.get(f"{PATH}/{document['id']}").json == document
    assert caller.get(PATH).json["items"] == [document]
    assert caller.get(f"/api/v1/kernel/files/{document['file_id']}").status_code == 200


def test_strangers_find_neither_document_nor_file(client: FlaskClient, stranger: Any, document: Any) -> None:
    assert stranger.get(f"{PATH}/{document['id']}").status_code == 404
    assert stranger.delete(f"{PATH}/{document['id']}").status_code == 404
    assert stranger.get(PATH).json["items"] == []
    assert stranger.get(f"/api/v1/kernel/files/{document['file_id']}").status_code == 404
    assert client.get(f"{PATH}/{document['id']}").status_code == 401


def test_the_upload_of_another_cannot_be_handed_in(caller: Any, stranger: Any) -> None:
    for file_id in (stranger.upload("users.document"), caller.upload("users.picture")):
        answer = caller.post(PATH, json={"title": "x", "file_id": file_id})
        assert answer.status_code == 422
        assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [("/file_id", "unknown")]


def test_one_upload_is_one_document(caller: Any, document: Any) -> None:
    answer = caller.post(PATH, json={"title": "x", "file_id": document["file_id"]})
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [("/file_id", "in_use")]


def test_a_deleted_document_takes_its_file_along(caller: Any, document: Any) -> None:
    assert caller.delete(f"{PATH}/{document['id']}").status_code == 204
    assert caller.get(f"{PATH}/{document['id']}").status_code == 404
    assert caller.get(f"/api/v1/kernel/files/{document['file_id']}").status_code == 404


def test_the_document_of_the_generic_checks_is_whole(app: Flask, caller: Any) -> None:
    with app.app_context():
        made = _document(caller.user_id)
    assert caller.delete(f"{PATH}/{made['document_id']}").status_code == 204


def test_reviewers_read_and_judge(caller: Any, reviewer: Any, document: Any, outbox: Any) -> None:
    assert reviewer.get(f"{PATH}?status=pending&user_id={caller.user_id}").json["items"] == [document]
    assert reviewer.get(f"/api/v1/kernel/files/{document['file_id']}").status_code == 200
    judged = reviewer.put(f"{PATH}/{document['id']}/review", json={"status": "rejected", "note": "unscharf"})
    assert judged.status_code == 200
    shown = caller.get(f"{PATH}/{document['id']}").json
    assert (shown["status"], shown["review_note"]) == ("rejected", "unscharf")
    assert outbox.payloads("users.document_reviewed")[0]["status"] == "rejected"


def test_nobody_judges_without_permission(caller: Any, document: Any) -> None:
    answer = caller.put(f"{PATH}/{document['id']}/review", json={"status": "accepted"})
    assert (answer.status_code, answer.json["code"]) == (403, "permission_denied")


def test_there_is_a_limit(caller: Any, settings: Any, document: Any) -> None:
    settings["users.max_documents"] = 1
    answer = caller.post(PATH, json={"title": "x", "file_id": caller.upload("users.document")})
    assert (answer.status_code, answer.json["code"]) == (409, "users.too_many_documents")


@pytest.mark.parametrize("body", [{}, {"title": "", "file_id": None}, {"title": "x", "file_id": "y"}, {"status": "x"}])
def test_wrong_input_is_refused(caller: Any, body: Any) -> None:
    assert caller.post(PATH, json=body).status_code == 422
