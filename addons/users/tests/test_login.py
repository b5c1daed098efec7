"""Logging in by code: one flow for old and new users, nothing to be learnt by strangers."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from asoud_users import limits
from asoud_users.models import CodePurpose, LoginCode, User
from asoud_users.problems import CodeRefused
from asoud_users.services import codes
from asoud_users.testing import API, ask_for_code, log_in, make_user
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

MOBILE = "+989121234567"


@pytest.mark.parametrize("written", ["09121234567", "9121234567", "+989121234567", "00989121234567", "۰۹۱۲ ۱۲۳ ۴۵۶۷"])
def test_every_written_form_is_the_same_user(app: Flask, client: FlaskClient, jobs: Any, db: Any, written: str) -> None:
    user_id = make_user(app)
    asked = client.post(f"{API}/login-codes", json={"mobile": written})
    assert asked.status_code == 202
    assert set(asked.json) == {"request_id", "expires_in", "resend_in"}
    jobs.run()
    from asoud_users.testing import last_code

    body = {"request_id": asked.json["request_id"], "code": last_code(app, MOBILE)}
    answer = client.post(f"{API}/logins", json=body)
    assert (answer.status_code, answer.json["user"]["id"], answer.json["is_new"]) == (200, str(user_id), False)


def test_a_new_number_becomes_a_user(app: Flask, client: FlaskClient, jobs: Any, outbox: Any, db: Any) -> None:
    answer = log_in(app, jobs, client)
    assert answer.status_code == 200
    assert answer.json["is_new"] is True
    assert answer.json["user"]["mobile"] == MOBILE
    assert outbox.names() == ["users.registered", "users.logged_in"]
    token = answer.json["tokens"]["access_token"]
    me = client.get(f"{API}/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json == answer.json["user"]
    assert db.count(User) == 1


def test_asking_makes_no_user_and_answers_alike(app: Flask, client: FlaskClient, jobs: Any, db: Any) -> None:
    make_user(app, "+989120000001")
    known = client.post(f"{API}/login-codes", json={"mobile": "09120000001"})
    unknown = client.post(f"{API}/login-codes", json={"mobile": "09120000002"})
    assert known.status_code == unknown.status_code == 202
    assert {**known.json, "request_id": ""} == {**unknown.json, "request_id": ""}
    assert db.count(User) == 1


@pytest.mark.parametrize("mobile", ["abc", "", "0812345678", None, 5, "0912123456789"])
def test_what_is_no_mobile_number_is_refused(client: FlaskClient, db: Any, mobile: Any) -> None:
    answer = client.post(f"{API}/login-codes", json={"mobile": mobile})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/mobile"
    assert db.count(LoginCode) == 0


def test_the_code_stands_in_no_answer_and_in_no_table(app: Flask, client: FlaskClient, jobs: Any, db: Any) -> None:
    code = ask_for_code(app, jobs, client)
    stored = db.all(select(LoginCode))[0]
    assert code.code not in (stored.code_hash, stored.unsent_code)
    assert codes.ATTEMPTS == 5


def test_a_code_is_six_digits_of_the_systems_generator(
    app: Flask, client: FlaskClient, jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr("secrets.randbelow", lambda limit: asked.append(limit) or 42)
    code = ask_for_code(app, jobs, client)
    assert (code.code, asked[0]) == ("000042", 1_000_000)
    assert client.post(f"{API}/logins", json=code.body).status_code == 200


def test_a_code_is_known_only_under_the_sites_key(
    app: Flask, client: FlaskClient, jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = ask_for_code(app, jobs, client)
    tried = UUID(code.request_id), code.code, CodePurpose.LOGIN
    with app.app_context():
        with monkeypatch.context() as patched:
            patched.setattr("kernel.crypto.derived_key", lambda purpose: b"the key of another site")
            with pytest.raises(CodeRefused):
                codes.check_code(*tried)
        assert codes.check_code(*tried).mobile == MOBILE


def test_a_code_is_good_once(app: Flask, client: FlaskClient, jobs: Any) -> None:
    code = ask_for_code(app, jobs, client)
    assert client.post(f"{API}/logins", json=code.body).status_code == 200
    again = client.post(f"{API}/logins", json=code.body)
    assert (again.status_code, again.json["code"]) == (422, "users.code_refused")


def test_a_code_is_good_for_two_minutes(app: Flask, client: FlaskClient, jobs: Any, clock: Any) -> None:
    code = ask_for_code(app, jobs, client)
    late = ask_for_code(app, jobs, client, "+989121234568")
    clock.tick(119)
    assert client.post(f"{API}/logins", json=code.body).status_code == 200
    clock.tick(2)
    assert client.post(f"{API}/logins", json=late.body).json["code"] == "users.code_refused"


def test_five_attempts_and_no_more(app: Flask, client: FlaskClient, jobs: Any, db: Any) -> None:
    code = ask_for_code(app, jobs, client)
    answers = [client.post(f"{API}/logins", json=code.wrong) for _ in range(5)]
    late = client.post(f"{API}/logins", json=code.body)
    bodies = [{**answer.json, "request_id": ""} for answer in [*answers, late]]
    assert all(body == bodies[0] for body in bodies)
    assert db.count(User) == 0


def test_a_code_belongs_to_its_request(app: Flask, client: FlaskClient, jobs: Any, clock: Any) -> None:
    first = ask_for_code(app, jobs, client)
    second = ask_for_code(app, jobs, client, "+989121234568")
    swapped = client.post(f"{API}/logins", json={"request_id": first.request_id, "code": second.code})
    assert first.code == second.code or swapped.status_code == 422
    unknown = client.post(f"{API}/logins", json={**first.body, "request_id": "01890000-0000-7000-8000-000000000000"})
    assert unknown.json["code"] == "users.code_refused"


def test_persian_digits_are_digits(app: Flask, client: FlaskClient, jobs: Any) -> None:
    code = ask_for_code(app, jobs, client)
    persian = code.code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert client.post(f"{API}/logins", json={**code.body, "code": f" {persian} "}).status_code == 200


def test_one_code_a_minute_for_one_number(app: Flask, client: FlaskClient, jobs: Any, redis_url: str) -> None:
    ask_for_code(app, jobs, client)
    again = client.post(f"{API}/login-codes", json={"mobile": MOBILE})
    assert again.status_code == 429
    assert 0 < int(again.headers["Retry-After"]) <= 60
    assert client.post(f"{API}/login-codes", json={"mobile": "09121234568"}).status_code == 202
    assert limits.CODE_AGAIN.limit == 1


def test_without_redis_nobody_logs_in(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    import redis

    def away(*args: object, **kwargs: object) -> None:
        raise redis.ConnectionError("away")

    monkeypatch.setattr(app.extensions["asoud"].identity.throttles._redis, "add", away)
    answer = client.post(f"{API}/login-codes", json={"mobile": MOBILE})
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_a_closed_site_takes_nobody_new_and_does_not_say_so(
    app: Flask, client: FlaskClient, jobs: Any, settings: Any, db: Any
) -> None:
    settings["users.sign_up"] = False
    refused = log_in(app, jobs, client)
    assert (refused.status_code, refused.json["code"]) == (422, "users.code_refused")
    assert db.count(User) == 0


def test_parallel_logins_of_a_new_number_make_one_user(app: Flask, client: FlaskClient, jobs: Any, db: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: make_user(app), range(4)))
    assert len(made) == 1
    assert db.count(User) == 1


def test_the_message_speaks_the_language_of_whoever_asked(
    app: Flask, client: FlaskClient, jobs: Any, clock: Any
) -> None:
    from asoud_users.services.delivery import outbox as messages

    for language, mobile in (("fa", "09121234567"), ("en", "09121234568")):
        client.post(f"{API}/login-codes", json={"mobile": mobile}, headers={"Accept-Language": language})
        jobs.run()
        clock.tick(1)
    with app.app_context():
        english, persian = (message.text for message in messages())
    assert "your code is" in english
    assert "کد" in persian


def test_a_refresh_gives_new_tokens_once(app: Flask, client: FlaskClient, jobs: Any, clock: Any) -> None:
    tokens = log_in(app, jobs, client).json["tokens"]
    fresh = client.post(f"{API}/refreshes", json={"refresh_token": tokens["refresh_token"]})
    assert fresh.status_code == 200
    assert fresh.json["session_id"] == tokens["session_id"]
    clock.tick(31)
    for old in (tokens, fresh.json):
        refused = client.post(f"{API}/refreshes", json={"refresh_token": old["refresh_token"]})
        assert (refused.status_code, refused.json["code"]) == (401, "session_ended")
        assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_what_is_no_refresh_token_is_told_so(app: Flask, client: FlaskClient, jobs: Any) -> None:
    tokens = log_in(app, jobs, client).json["tokens"]
    for wrong in ("nonsense", tokens["access_token"]):
        refused = client.post(f"{API}/refreshes", json={"refresh_token": wrong})
        assert (refused.status_code, refused.json["code"]) == (401, "refresh_token_refused")
        assert "access token" not in refused.json["title"]


def test_failures_stand_in_the_login_history(app: Flask, client: FlaskClient, jobs: Any, as_user: Any) -> None:
    user_id = make_user(app)
    code = ask_for_code(app, jobs, client)
    client.post(f"{API}/logins", json=code.wrong)
    client.post(f"{API}/logins", json=code.body, headers={"User-Agent": "test"})
    history = as_user(user_id).get(f"{API}/me/logins").json["items"]
    assert [row["outcome"] for row in history] == ["succeeded", "code_refused"]
    assert history[0]["user_agent"] == "test"
    assert history[0]["address"] == "127.0.0.1"


def test_a_code_stands_in_no_log(
    app: Flask, client: FlaskClient, jobs: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    code = ask_for_code(app, jobs, client)
    client.post(f"{API}/logins", json={**code.body, "code": "000000"})
    client.post(f"{API}/logins", json=code.body)
    written = capfd.readouterr()
    assert caplog.records, "logs of every level are watched"
    assert not re.search(rf"\b{code.body['code']}\b", caplog.text + written.out + written.err)
