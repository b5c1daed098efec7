"""The REST guide's login walk-through, sent as it stands on the page: only what it elides is filled in."""

from __future__ import annotations

import json
from argparse import Namespace
from io import BytesIO
from typing import Any

import pytest
from asoud_users.testing import last_code
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.docs.curl import commands


@pytest.fixture
def asoud_addons() -> tuple[str, ...]:
    return ("users",)


def calls() -> dict[str, Namespace]:
    """Every curl command of the page by the end of its path."""
    found = [command.parsed() for command in commands("rest.md")]
    return {call.address.rpartition("/")[2]: call for call in found}


def send(client: FlaskClient, call: Namespace, **more: Any) -> TestResponse:
    headers = [tuple(header.split(": ", 1)) for header in call.headers]
    path = call.address.removeprefix("$SITE")
    return client.open(path, method=call.method, headers=headers, **{"data": "".join(call.body), **more})


def log_in(app: Flask, jobs: Any, client: FlaskClient) -> Any:
    """The page's first block: a code asked for, read by the operator and sent back."""
    asked = send(client, calls()["login-codes"])
    assert asked.status_code == 202, asked.text
    jobs.run()
    login = calls()["logins"]
    filled = {"request_id": asked.json["request_id"], "code": last_code(app, "+989121234567")}
    assert filled.keys() == json.loads(login.body[0]).keys()
    answer = send(client, login, data=json.dumps(filled))
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def test_the_login_walk_through_logs_in_and_refreshes(app: Flask, jobs: Any, client: FlaskClient) -> None:
    answer = log_in(app, jobs, client)
    assert (answer.keys(), answer["is_new"]) == ({"tokens", "user", "is_new"}, True)
    refresh = calls()["refreshes"]
    assert json.loads(refresh.body[0]) == {"refresh_token": "..."}
    body = json.dumps({"refresh_token": answer["tokens"]["refresh_token"]})
    renewed = send(client, refresh, data=body)
    assert renewed.status_code == 200, renewed.text
    assert renewed.json["refresh_token"] != answer["tokens"]["refresh_token"]
    bearer = {"Authorization": f"Bearer {renewed.json['access_token']}"}
    (session,) = client.get("/api/v1/users/sessions", headers=bearer).json["items"]
    ended = client.delete(f"/api/v1/users/sessions/{session['id']}", headers=bearer)
    assert ended.status_code == 204
    refused = client.get("/api/v1/users/sessions", headers=bearer)
    assert (refused.status_code, refused.json["code"]) == (401, "session_ended")


def test_the_upload_answers_with_an_id(app: Flask, jobs: Any, client: FlaskClient) -> None:
    token = log_in(app, jobs, client)["tokens"]["access_token"]
    call = calls()["files"]
    assert call.headers == ["Authorization: Bearer $TOKEN"]
    call.headers = [call.headers[0].replace("$TOKEN", token)]
    form: dict[str, Any] = dict(part.split("=", 1) for part in call.form)
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "JPEG")
    form["file"] = (BytesIO(picture.getvalue()), form["file"].removeprefix("@"))
    answer = send(client, call, data=form)
    assert answer.status_code == 201, answer.text
    assert answer.json["id"]
