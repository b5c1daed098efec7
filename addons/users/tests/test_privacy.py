"""Taking one's data along, and being forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_users import hookspecs
from asoud_users.models import (
    BankAccount,
    BankCard,
    Colleague,
    Credential,
    Document,
    LoginCode,
    OutboxMessage,
    Profile,
    User,
)
from asoud_users.testing import API, forget_limits, log_in, make_user
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from addon_sdk import Conflict
from addon_sdk.identity import ADMIN, LoginAttempt, LoginSession

OWNED = (Document, Colleague, BankAccount, BankCard, Credential, Profile, LoginCode, OutboxMessage)


@pytest.fixture
def rich(app: Flask, caller: Any, jobs: Any, client: FlaskClient) -> Any:
    """A user with something of everything."""
    log_in(app, jobs, client)
    caller.patch(f"{API}/me", json={"first_name": "سارا", "email": "sara@example.com"})
    caller.patch(f"{API}/me/profile", json={"national_code": "0499370899"})
    caller.put(f"{API}/me/picture", json={"file_id": caller.upload("users.picture")})
    caller.post(f"{API}/documents", json={"title": "کارت", "file_id": caller.upload("users.document")})
    caller.post(f"{API}/colleagues", json={"mobile": "09130000000"})
    caller.post(f"{API}/bank-accounts", json={"sheba": "IR500120020000004444994196", "holder": "سارا"})
    caller.post(f"{API}/bank-cards", json={"number": "5022291083818920"})
    return caller


def test_the_export_has_everything(rich: Any) -> None:
    data = rich.get(f"{API}/me/export").json
    assert data["user"]["mobile"] == "+989121234567"
    assert data["profile"][0]["national_code"] == "0499370899"
    assert data["bank_cards"][0]["last_four"] == "8920"
    assert data["sessions"]
    assert data["logins"][0]["outcome"] == "succeeded"
    lists = ("documents", "colleagues", "bank_accounts", "bank_cards")
    assert [len(data[name]) for name in lists] == [1, 1, 1, 1]


def test_other_addons_add_their_part(app: Flask, rich: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    added = lambda user_id: [("orders", [{"id": str(user_id)}])]  # noqa: E731 - stands in for the hook's call
    monkeypatch.setattr("asoud_users.services.privacy.personal_data", added)
    assert rich.get(f"{API}/me/export").json["orders"] == [{"id": str(rich.user_id)}]
    assert hookspecs.personal_data.kind == "collect"


def test_an_erased_user_leaves_an_id_and_nothing_else(
    app: Flask, rich: Any, stranger: Any, client: FlaskClient, jobs: Any, db: Any, outbox: Any, clock: Any
) -> None:
    stranger.post(f"{API}/colleagues", json={"mobile": "09121234567"})
    assert rich.delete(f"{API}/me").status_code == 204
    assert rich.get(f"{API}/me").status_code == 401
    assert [db.count(model) for model in OWNED] == [0] * len(OWNED)
    user = db.all(select(User).where(User.id == rich.user_id))[0]
    assert (user.mobile, user.email, user.first_name) == (None, None, "")
    assert all(row.address == "" for row in db.all(select(LoginSession).where(LoginSession.user_id == rich.user_id)))
    assert all(row.user_id is None for row in db.all(select(LoginAttempt)))
    assert outbox.payloads("users.erased") == [{"user_id": str(rich.user_id)}]
    forget_limits(app)
    again = log_in(app, jobs, client)
    assert again.json["is_new"] is True
    assert again.json["user"]["id"] != str(rich.user_id)


def test_an_addon_that_must_keep_him_refuses(rich: Any, monkeypatch: pytest.MonkeyPatch, db: Any) -> None:
    def refuse(user_id: object) -> None:
        raise Conflict("An order is open.")

    monkeypatch.setattr("asoud_users.services.privacy.erase_hook", refuse)
    answer = rich.delete(f"{API}/me")
    assert (answer.status_code, answer.json["code"]) == (409, "conflict")
    assert rich.get(f"{API}/me").json["first_name"] == "سارا"
    assert db.count(Document) == 1


def test_the_last_administrator_cannot_go(app: Flask, as_user: Any) -> None:
    admin = as_user(make_user(app), roles=[ADMIN])
    assert admin.delete(f"{API}/me").status_code == 409
    assert admin.get(f"{API}/me").status_code == 200


def test_an_erased_user_cannot_be_erased_again(app: Flask, rich: Any) -> None:
    from asoud_users.services import erase

    from addon_sdk import NotFound

    with app.app_context():
        erase(rich.user_id)
        with pytest.raises(NotFound):
            erase(rich.user_id)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/me", None),
        ("GET", "/me/export", None),
        ("POST", "/me/totp", None),
        ("PUT", "/me/password", {"password": "a-long-enough-passphrase"}),
    ],
)
def test_a_token_without_a_user_finds_none(as_user: Any, method: str, path: str, body: Any) -> None:
    answer = as_user(roles=[ADMIN]).open(f"{API}{path}", method=method, json=body)
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
