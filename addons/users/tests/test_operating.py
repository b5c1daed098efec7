"""Commands, demo data, jobs by the clock."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asoud_users import cli, demo
from asoud_users.models import LoginCode, OutboxMessage, Profile, User
from asoud_users.services import delivery
from asoud_users.testing import API, ask_for_code, make_user
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from addon_sdk import OperatorError
from addon_sdk.identity import ADMIN, granted_roles


@pytest.fixture
def run(app: Flask) -> Any:
    """Runs a command in the app's context; what it printed."""

    def invoke(command: Any, *arguments: str) -> str:
        with app.app_context():
            result = CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return invoke


def test_an_operator_makes_an_administrator(app: Flask, run: Any, db: Any) -> None:
    assert "and a new user" in run(cli.create_admin, "09121234567")
    assert "and a new user" not in run(cli.create_admin, "09121234567")
    user = db.all(select(User))[0]
    assert db.run(granted_roles, user.id) == [ADMIN]


@pytest.mark.parametrize("command", [cli.create_admin, cli.reset_staff_login])
def test_a_mistyped_number_is_refused(run: Any, command: Any) -> None:
    with pytest.raises(OperatorError, match="'0912'"):
        run(command, "0912")
    with pytest.raises(OperatorError, match="no user has this number"):
        run(cli.reset_staff_login, "09120000005")


def test_the_outbox_is_shown(app: Flask, run: Any, client: FlaskClient, jobs: Any) -> None:
    assert run(cli.show_outbox) == "The outbox is empty.\n"
    code = ask_for_code(app, jobs, client)
    assert code.code in run(cli.show_outbox)
    assert "09121234567" in run(cli.show_outbox)
    assert code.code in json.loads(run(cli.show_outbox, "--json"))[0]["text"]


def test_lost_password_and_app_are_taken_away(app: Flask, as_user: Any, run: Any) -> None:
    caller = as_user(make_user(app), roles=[ADMIN])
    caller.put(f"{API}/me/password", json={"password": "a-long-enough-passphrase"})
    assert "by code alone" in run(cli.reset_staff_login, "09121234567")


def test_a_sender_gets_the_code_and_the_outbox_does_not(
    app: Flask, client: FlaskClient, jobs: Any, monkeypatch: pytest.MonkeyPatch, db: Any
) -> None:
    sent = []
    monkeypatch.setattr(delivery, "code_senders", lambda **message: sent.append(message) or "sms")
    client.post(f"{API}/login-codes", json={"mobile": "09121234567"})
    jobs.run()
    assert len(sent) == 1
    assert (sent[0]["mobile"], sent[0]["purpose"]) == ("+989121234567", "login")
    assert sent[0]["code"] in sent[0]["text"]
    assert db.count(OutboxMessage) == 0
    db.run(delivery.deliver, db.all(select(LoginCode))[0].id)
    assert len(sent) == 1


def test_a_late_code_is_not_sent(app: Flask, client: FlaskClient, jobs: Any, clock: Any, db: Any) -> None:
    client.post(f"{API}/login-codes", json={"mobile": "09121234567"})
    clock.tick(121)
    jobs.run()
    assert db.count(OutboxMessage) == 0


def test_old_codes_and_messages_are_forgotten(app: Flask, client: FlaskClient, jobs: Any, clock: Any, db: Any) -> None:
    from asoud_users.jobs import forget_codes

    ask_for_code(app, jobs, client)
    db.run(forget_codes)
    assert (db.count(LoginCode), db.count(OutboxMessage)) == (1, 1)
    clock.tick(86_401)
    db.run(forget_codes)
    assert (db.count(LoginCode), db.count(OutboxMessage)) == (0, 0)


def test_the_demo_is_loaded_once(app: Flask, db: Any) -> None:
    steps: list[int] = []
    for _ in range(2):
        db.run(demo.load.load, "small", steps.append)
    assert sum(steps) == 2 * demo.load.count("small")
    assert (db.count(User), db.count(Profile)) == (21, 20)
    admin = db.all(select(User).where(User.mobile == demo.ADMIN_MOBILE))[0]
    assert db.run(granted_roles, admin.id) == [ADMIN]
