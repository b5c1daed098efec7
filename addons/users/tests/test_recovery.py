"""Recovery codes: ten, each good once in the place of the authenticator app."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest
from asoud_users.models import RecoveryCode
from asoud_users.services import recovery
from asoud_users.testing import API, ask_for_code, make_user
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from addon_sdk.identity import ADMIN

CODES = f"{API}/me/totp/recovery-codes"
LOCAL, PASSWORD = "09121234567", "a-long-enough-passphrase"


@pytest.fixture
def staff(app: Flask, as_user: Any, clock: Any) -> Any:
    """A member of staff with password and app."""
    caller = as_user(make_user(app), roles=[ADMIN])
    assert caller.put(f"{API}/me/password", json={"password": PASSWORD}).status_code == 204
    set_up_app(caller, clock)
    return caller


def set_up_app(caller: Any, clock: Any) -> None:
    totp = pyotp.TOTP(caller.post(f"{API}/me/totp").json["secret"])
    assert caller.put(f"{API}/me/totp", json={"code": totp.at(clock.now())}).status_code == 204


def log_in(client: FlaskClient, code: str) -> int:
    body = {"mobile": LOCAL, "password": PASSWORD, "totp": code}
    status: int = client.post(f"{API}/password-logins", json=body).status_code
    return status


def make(caller: Any) -> list[str]:
    answer = caller.post(CODES)
    assert answer.status_code == 201, answer.text
    codes: list[str] = answer.json["codes"]
    return codes


def test_each_of_ten_codes_logs_in_once(client: FlaskClient, staff: Any) -> None:
    codes = make(staff)
    assert (len(set(codes)), staff.get(CODES).json) == (10, {"left": 10})
    assert [log_in(client, codes[0]), log_in(client, codes[0])] == [200, 401]
    assert log_in(client, codes[1].replace("-", "").upper()) == 200
    assert log_in(client, "aaaaa-aaaaa") == 401
    assert staff.get(CODES).json == {"left": 8}


def test_they_stand_nowhere_in_clear(staff: Any, db: Any) -> None:
    codes = {code.replace("-", "") for code in make(staff)}
    rows = db.all(select(RecoveryCode))
    assert len(rows) == 10
    assert not any(code in str(vars(row)) for row in rows for code in codes)


def test_a_code_is_used_once_by_two_at_the_same_moment(app: Flask, staff: Any) -> None:
    code = make(staff)[0].replace("-", "")

    def use(_: int) -> bool:
        with app.app_context():
            return recovery.use_up(staff.user_id, code)

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(use, range(4))) == [False, False, False, True]


def test_new_codes_end_the_old_ones(client: FlaskClient, staff: Any) -> None:
    old, new = make(staff), make(staff)
    assert (log_in(client, old[0]), log_in(client, new[0])) == (401, 200)


def test_a_new_app_and_none_end_them(client: FlaskClient, staff: Any, clock: Any) -> None:
    codes = make(staff)
    clock.tick(60)
    set_up_app(staff, clock)
    assert log_in(client, codes[0]) == 401
    make(staff)
    assert staff.delete(f"{API}/me/totp").status_code == 204
    assert staff.get(CODES).json == {"left": 0}
    none = staff.post(CODES)
    assert (none.status_code, none.json["code"]) == (409, "users.no_totp")


def test_making_them_needs_a_fresh_proof_which_they_can_give(staff: Any, clock: Any) -> None:
    codes = make(staff)
    clock.tick(601)
    stale = staff.post(CODES)
    assert (stale.status_code, stale.json["code"]) == (403, "reauthentication_required")
    proved = staff.post(f"{API}/me/proofs", json={"password": PASSWORD, "totp": codes[0]})
    assert proved.status_code == 200
    fresh = {"Authorization": f"Bearer {proved.json['access_token']}"}
    assert staff.post(CODES, headers=fresh).status_code == 201


def test_a_login_by_code_takes_one_too(app: Flask, client: FlaskClient, jobs: Any, staff: Any) -> None:
    sent = ask_for_code(app, jobs, client)
    assert client.post(f"{API}/logins", json={**sent.body, "totp": make(staff)[0]}).status_code == 200


def test_nobody_uses_or_counts_the_codes_of_another(app: Flask, client: FlaskClient, staff: Any, as_user: Any) -> None:
    codes = make(staff)
    other = as_user(make_user(app, "+989120000001"), roles=[ADMIN])
    assert other.get(CODES).json == {"left": 0}
    with app.app_context():
        assert not recovery.use_up(other.user_id, codes[0].replace("-", ""))
    assert client.get(CODES).status_code == 401


@pytest.mark.parametrize("code", ["12345", "abcde", "abcde-fgh2!", "", "x" * 100])
def test_what_is_neither_is_refused(client: FlaskClient, code: str) -> None:
    body = {"mobile": LOCAL, "password": PASSWORD, "totp": code}
    answer = client.post(f"{API}/password-logins", json=body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/totp")


def test_they_go_with_their_user(staff: Any, as_user: Any, app: Flask, db: Any) -> None:
    from addon_sdk.identity import grant_role

    with app.app_context():
        grant_role(make_user(app, "+989120000002"), ADMIN)  # the last administrator cannot be erased
    make(staff)
    assert staff.delete(f"{API}/me").status_code == 204
    assert db.count(RecoveryCode) == 0
