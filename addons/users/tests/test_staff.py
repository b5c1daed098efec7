"""Staff: password and authenticator app together, and proofs of identity before sensitive changes."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from asoud_users.models import Credential, OutboxMessage
from asoud_users.services.delivery import outbox
from asoud_users.testing import API, ask_for_code, log_in, make_user
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from addon_sdk import session, transaction
from addon_sdk.identity import ADMIN

MOBILE, LOCAL = "+989121234567", "09121234567"
PASSWORD = "a-long-enough-passphrase"


@pytest.fixture
def staff(app: Flask, as_user: Any, clock: Any) -> Any:
    """A member of staff with password and app; the caller, and what his app shows now."""
    caller = as_user(make_user(app), roles=[ADMIN])
    assert caller.put(f"{API}/me/password", json={"password": PASSWORD}).status_code == 204
    secret = caller.post(f"{API}/me/totp").json["secret"]
    totp = pyotp.TOTP(secret)
    assert caller.put(f"{API}/me/totp", json={"code": totp.at(clock.now())}).status_code == 204
    clock.tick(30)
    return caller, lambda: totp.at(clock.now())


def password_login(client: FlaskClient, code: Any, **changes: Any) -> Any:
    body = {"mobile": LOCAL, "password": PASSWORD, "totp": code, **changes}
    return client.post(f"{API}/password-logins", json=body)


def test_password_and_app_log_staff_in(client: FlaskClient, staff: Any, clock: Any) -> None:
    _, code = staff
    answer = password_login(client, code())
    assert answer.status_code == 200
    assert answer.json["user"]["mobile"] == MOBILE
    again = password_login(client, code())
    assert (again.status_code, again.json["code"]) == (401, "users.login_refused")
    clock.tick(30)
    assert password_login(client, code()).status_code == 200


def test_whatever_is_wrong_the_answer_is_the_same(client: FlaskClient, staff: Any) -> None:
    _, code = staff
    right = code()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    attempts = [{"password": "something-else-entirely"}, {"totp": wrong}, {"mobile": "09120000009"}]
    bodies = [password_login(client, right, **changes).json for changes in attempts]
    assert {body["code"] for body in bodies} == {"users.login_refused"}
    assert len({tuple(sorted((k, str(v)) for k, v in body.items() if k != "request_id")) for body in bodies}) == 1
    assert password_login(client, right).status_code == 200


def test_ten_passwords_in_a_quarter_of_an_hour(client: FlaskClient, staff: Any) -> None:
    _, code = staff
    for _ in range(10):
        assert password_login(client, code(), password="something-else-entirely").status_code == 401
    assert password_login(client, code()).status_code == 429


def test_staff_logs_in_by_code_only_with_the_app(
    app: Flask, client: FlaskClient, jobs: Any, staff: Any, clock: Any
) -> None:
    _, code = staff
    sent = ask_for_code(app, jobs, client)
    without = client.post(f"{API}/logins", json=sent.body)
    assert (without.status_code, without.json["code"]) == (401, "users.totp_required")
    wrong = client.post(f"{API}/logins", json={**sent.body, "totp": "000000"})
    assert wrong.json["code"] == "users.login_refused"
    assert client.post(f"{API}/logins", json={**sent.body, "totp": code()}).status_code == 200


def test_without_a_role_the_password_logs_nobody_in(app: Flask, client: FlaskClient, staff: Any, as_user: Any) -> None:
    from addon_sdk.identity import grant_role, withdraw_role

    caller, code = staff
    with app.app_context():
        grant_role(make_user(app, "+989120000001"), ADMIN)
        withdraw_role(caller.user_id, ADMIN)
    assert password_login(client, code()).status_code == 401


def test_customers_have_no_password(app: Flask, as_user: Any) -> None:
    caller = as_user(make_user(app))
    for answer in (caller.put(f"{API}/me/password", json={"password": PASSWORD}), caller.post(f"{API}/me/totp")):
        assert (answer.status_code, answer.json["code"]) == (403, "users.not_staff")


def test_weak_passwords_are_refused(app: Flask, as_user: Any) -> None:
    caller = as_user(make_user(app), roles=[ADMIN])
    answer = caller.put(f"{API}/me/password", json={"password": "short"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/password")


def test_an_app_counts_once_it_is_confirmed(
    app: Flask, as_user: Any, client: FlaskClient, jobs: Any, clock: Any
) -> None:
    caller = as_user(make_user(app), roles=[ADMIN])
    none = caller.put(f"{API}/me/totp", json={"code": "123456"})
    assert (none.status_code, none.json["code"]) == (409, "users.no_totp_pending")
    begun = caller.post(f"{API}/me/totp")
    assert begun.json["uri"].startswith("otpauth://totp/ASOUD:")
    wrong = f"{(int(pyotp.TOTP(begun.json['secret']).at(clock.now())) + 1) % 1_000_000:06d}"
    assert caller.put(f"{API}/me/totp", json={"code": wrong}).status_code == 401
    assert log_in(app, jobs, client).status_code == 200


def test_password_and_app_can_be_removed(app: Flask, client: FlaskClient, jobs: Any, staff: Any) -> None:
    caller, code = staff
    assert caller.delete(f"{API}/me/totp").status_code == 204
    assert caller.delete(f"{API}/me/password").status_code == 204
    assert password_login(client, code()).status_code == 401
    assert log_in(app, jobs, client).status_code == 200


def test_a_new_password_ends_the_other_sessions(app: Flask, staff: Any, as_user: Any) -> None:
    caller, _ = staff
    other = as_user(caller.user_id)
    assert caller.put(f"{API}/me/password", json={"password": PASSWORD + "2"}).status_code == 204
    assert other.get(f"{API}/me").status_code == 401
    assert caller.get(f"{API}/me").status_code == 200


def test_sensitive_changes_need_a_fresh_proof(app: Flask, as_user: Any, jobs: Any, clock: Any) -> None:
    caller = as_user(make_user(app))
    clock.tick(601)
    stale = caller.delete(f"{API}/me")
    assert (stale.status_code, stale.json["code"]) == (403, "reauthentication_required")
    sent = ask_for_code(app, jobs, caller, path="/me/proof-codes")
    assert caller.post(f"{API}/me/proofs", json=sent.wrong).json["code"] == "users.code_refused"
    proved = caller.post(f"{API}/me/proofs", json=sent.body)
    assert proved.status_code == 200
    fresh = {"Authorization": f"Bearer {proved.json['access_token']}"}
    assert caller.get(f"{API}/me/export", headers=fresh).status_code == 200


def test_staff_proves_itself_by_password_and_app(staff: Any, clock: Any) -> None:
    caller, code = staff
    clock.tick(601)
    wrong = {"password": "something-else-entirely", "totp": code()}
    assert caller.post(f"{API}/me/proofs", json=wrong).status_code == 401
    proved = caller.post(f"{API}/me/proofs", json={"password": PASSWORD, "totp": code()})
    assert proved.status_code == 200
    fresh = {"Authorization": f"Bearer {proved.json['access_token']}"}
    assert caller.delete(f"{API}/me/totp", headers=fresh).status_code == 204


@pytest.mark.parametrize("body", [{}, {"code": "123456"}, {"password": "x"}])
def test_half_a_proof_is_none(app: Flask, as_user: Any, body: Any) -> None:
    answer = as_user(make_user(app)).post(f"{API}/me/proofs", json=body)
    assert (answer.status_code, answer.json["code"]) == (422, "validation_failed")


def test_the_code_of_another_proves_nothing(app: Flask, as_user: Any, jobs: Any) -> None:
    thief, victim = as_user(make_user(app)), as_user(make_user(app, "+989120000001"))
    answer = victim.post(f"{API}/me/proof-codes")
    jobs.run()
    from asoud_users.testing import last_code

    body = {"request_id": answer.json["request_id"], "code": last_code(app, "+989120000001")}
    assert thief.post(f"{API}/me/proofs", json=body).json["code"] == "users.code_refused"
    assert thief.post(f"{API}/logins", json=body).json["code"] == "users.code_refused"


def test_the_number_changes_with_a_code_to_the_new_one(
    app: Flask, as_user: Any, client: FlaskClient, jobs: Any, outbox: Any
) -> None:
    caller = as_user(make_user(app))
    other = as_user(caller.user_id)
    sent = ask_for_code(app, jobs, caller, "+989120000001", path="/me/mobile-codes")
    changed = caller.put(f"{API}/me/mobile", json=sent.body)
    assert (changed.status_code, changed.json["mobile"]) == (200, "+989120000001")
    assert other.get(f"{API}/me").status_code == 401
    assert "users.mobile_changed" in outbox.names()
    assert caller.put(f"{API}/me/mobile", json=sent.body).json["code"] == "users.code_refused"


def test_the_number_of_another_stays_his(app: Flask, as_user: Any, jobs: Any) -> None:
    make_user(app, "+989120000001")
    caller = as_user(make_user(app))
    sent = ask_for_code(app, jobs, caller, "+989120000001", path="/me/mobile-codes")
    answer = caller.put(f"{API}/me/mobile", json=sent.body)
    assert (answer.status_code, answer.json["code"]) == (409, "users.mobile_taken")
    assert caller.get(f"{API}/me").json["mobile"] == MOBILE


def test_a_changed_key_of_the_site_refuses_and_breaks_nothing(client: FlaskClient, staff: Any, db: Any) -> None:
    _, code = staff

    def change_key() -> None:
        with transaction():
            session().execute(update(Credential).values(totp_secret="sealed with another key"))
            session().add(OutboxMessage(mobile=MOBILE, text="sealed with another key"))

    db.run(change_key)
    assert password_login(client, code()).json["code"] == "users.login_refused"
    assert "ASOUD_SECRET_KEY" in db.run(outbox)[0].text
