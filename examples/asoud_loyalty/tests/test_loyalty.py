"""Loyalty points over REST, events, jobs, crons and sockets, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from asoud_loyalty.jobs import expire_points
from asoud_users.testing import log_in, make_user

API = "/api/v1/loyalty"


def test_a_new_user_is_welcomed_with_points(app: Any, client: Any, jobs: Any, as_user: Any, outbox: Any) -> None:
    log_in(app, jobs, client, "+989121111111")
    jobs.run()
    user = as_user(make_user(app, "+989121111111"))
    assert user.get(f"{API}/balance").json == {"balance": 10}
    assert user.get("/api/v1/users/me").json["loyalty_points"] == 10
    assert [entry["reason"] for entry in user.get(f"{API}/entries").json["items"]] == ["welcome"]
    assert outbox.payloads("loyalty.points_changed")[0]["balance"] == 10


def test_staff_awards_points_and_nobody_else(app: Any, as_user: Any) -> None:
    user_id = make_user(app)
    body = {"user_id": str(user_id), "points": 25, "reason": "a kind review"}
    assert as_user().post(f"{API}/awards", json=body).status_code == 403
    staff = as_user(permissions=["loyalty.award"])
    assert staff.post(f"{API}/awards", json=body).status_code == 201
    assert as_user(user_id).get(f"{API}/balance").json == {"balance": 25}
    nobody = {**body, "user_id": "00000000-0000-7000-8000-000000000000"}
    assert staff.post(f"{API}/awards", json=nobody).status_code == 404


def test_points_expire_once(app: Any, as_user: Any, db: Any, clock: Any) -> None:
    user_id = make_user(app)
    award = {"user_id": str(user_id), "points": 5, "reason": "x"}
    as_user(permissions=["loyalty.award"]).post(f"{API}/awards", json=award)
    clock.tick(400 * 24 * 3600)
    db.run(expire_points)
    db.run(expire_points)
    assert as_user(user_id).get(f"{API}/balance").json == {"balance": 0}


def test_the_column_is_in_the_api_document(client: Any) -> None:
    schemas = client.get("/api/v1/openapi.json").json["components"]["schemas"]
    assert "loyalty_points" in schemas["UsersUser"]["properties"]


def test_sockets_hear_of_changes(app: Any, as_user: Any, jobs: Any, socket: Any) -> None:
    user_id = make_user(app)
    jobs.run()
    sio = socket("/loyalty", as_user(user_id))
    assert sio.call("balance") == {"ok": True, "data": {"balance": 10}}
    award = {"user_id": str(user_id), "points": 7, "reason": "x"}
    as_user(permissions=["loyalty.award"]).post(f"{API}/awards", json=award)
    jobs.run()
    assert sio.receive("balance_changed") == {"balance": 17}


def test_a_users_export_has_his_points(app: Any, db: Any) -> None:
    from asoud_loyalty.hooks import personal_data

    assert db.run(personal_data, make_user(app)) == ("loyalty", [])
