"""Staff: users, blocks, roles and permissions."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_users.testing import API, ask_for_code, forget_limits, log_in, make_user
from flask import Flask
from flask.testing import FlaskClient

from addon_sdk.identity import ADMIN


@pytest.fixture
def admin(app: Flask, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000009"), roles=[ADMIN])


def test_users_are_listed_found_and_shown(admin: Any, caller: Any) -> None:
    assert len(admin.get(f"{API}/accounts").json["items"]) == 2
    found = admin.get(f"{API}/accounts?mobile=09121234567").json["items"]
    assert [item["id"] for item in found] == [str(caller.user_id)]
    assert admin.get(f"{API}/accounts/{caller.user_id}").json == found[0]
    assert len(admin.get(f"{API}/accounts?sort=last_name&limit=1").json["items"]) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/accounts"),
        ("GET", "/accounts/{id}"),
        ("PUT", "/accounts/{id}/block"),
        ("DELETE", "/accounts/{id}/block"),
        ("GET", "/accounts/{id}/sessions"),
        ("DELETE", "/accounts/{id}/sessions"),
        ("GET", "/accounts/{id}/logins"),
        ("GET", "/accounts/{id}/roles"),
        ("PUT", "/accounts/{id}/roles/admin"),
        ("DELETE", "/accounts/{id}/roles/admin"),
        ("GET", "/roles"),
        ("POST", "/roles"),
        ("GET", "/permissions"),
    ],
)
def test_only_staff_may(caller: Any, client: FlaskClient, method: str, path: str) -> None:
    address = f"{API}{path.format(id=caller.user_id)}"
    assert caller.open(address, method=method, json={}).status_code == 403
    assert client.open(address, method=method, json={}).status_code == 401


def test_a_blocked_user_is_out_and_stays_out(
    app: Flask, admin: Any, caller: Any, client: FlaskClient, jobs: Any, outbox: Any, clock: Any
) -> None:
    path = f"{API}/accounts/{caller.user_id}/block"
    blocked = admin.put(path, json={"because": "کلاهبرداری"})
    assert (blocked.status_code, blocked.json["blocked_because"]) == (200, "کلاهبرداری")
    assert caller.get(f"{API}/me").status_code == 401
    refused = log_in(app, jobs, client)
    assert (refused.status_code, refused.json["code"]) == (403, "users.blocked")
    assert admin.put(path, json={"because": "again"}).json["blocked_at"] == blocked.json["blocked_at"]
    assert admin.delete(path).json["blocked_at"] is None
    assert admin.delete(path).status_code == 200
    forget_limits(app)
    assert log_in(app, jobs, client).status_code == 200
    assert [name for name in outbox.names() if "block" in name] == ["users.blocked", "users.unblocked"]


def test_staff_ends_sessions_and_sees_logins(
    app: Flask, admin: Any, caller: Any, as_user: Any, client: FlaskClient, jobs: Any
) -> None:
    code = ask_for_code(app, jobs, client)
    client.post(f"{API}/logins", json=code.wrong)
    base = f"{API}/accounts/{caller.user_id}"
    assert [row["outcome"] for row in admin.get(f"{base}/logins").json["items"]] == ["code_refused"]
    items = admin.get(f"{base}/sessions").json["items"]
    assert [item["is_current"] for item in items] == [False]
    assert admin.delete(f"{base}/sessions/{items[0]['id']}").status_code == 204
    assert caller.get(f"{API}/me").status_code == 401
    other = as_user(caller.user_id)
    assert admin.delete(f"{base}/sessions").status_code == 204
    assert other.get(f"{API}/me").status_code == 401


def test_a_role_is_made_granted_withdrawn_and_deleted(admin: Any, caller: Any) -> None:
    body = {"name": "reader", "title": "خواننده", "permissions": ["users.read"]}
    made = admin.post(f"{API}/roles", json=body)
    assert (made.status_code, made.json) == (201, {**body, "everyone": False, "custom": True})
    grant = f"{API}/accounts/{caller.user_id}/roles/reader"
    assert admin.put(grant).status_code == 204
    assert caller.get(f"{API}/accounts").status_code == 200
    assert admin.get(f"{API}/accounts/{caller.user_id}/roles").json == {"roles": ["reader"]}
    changed = admin.patch(f"{API}/roles/reader", json={"permissions": []})
    assert changed.json["permissions"] == []
    assert caller.get(f"{API}/accounts").status_code == 403
    assert admin.delete(grant).status_code == 204
    assert admin.delete(f"{API}/roles/reader").status_code == 204
    assert "reader" not in {role["name"] for role in admin.get(f"{API}/roles").json["items"]}


def test_nobody_makes_himself_more(app: Flask, as_user: Any) -> None:
    clerk = as_user(make_user(app), permissions=["users.read", "kernel.roles_grant", "kernel.roles_manage"])
    answers = [
        clerk.put(f"{API}/accounts/{clerk.user_id}/roles/admin"),
        clerk.post(f"{API}/roles", json={"name": "x", "title": "x", "permissions": ["users.block"]}),
    ]
    assert [(answer.status_code, answer.json["code"]) for answer in answers] == [(403, "permission_denied")] * 2


def test_the_last_administrator_stays(admin: Any) -> None:
    answer = admin.delete(f"{API}/accounts/{admin.user_id}/roles/admin")
    assert (answer.status_code, answer.json["code"]) == (409, "conflict")


def test_permissions_and_roles_are_listed_in_the_clients_language(admin: Any) -> None:
    permissions = admin.get(f"{API}/permissions", headers={"Accept-Language": "fa"}).json["items"]
    titles = {item["name"]: item["title"] for item in permissions}
    assert titles["users.block"] == "مسدود کردن کاربران و پایان دادن به نشست‌های آن‌ها"
    roles = {role["name"]: role for role in admin.get(f"{API}/roles", headers={"Accept-Language": "en"}).json["items"]}
    assert (roles["customer"]["title"], roles["customer"]["everyone"]) == ("Customer", True)
    assert roles["admin"]["custom"] is False


def test_unknown_users_and_roles_are_not_found(admin: Any, caller: Any) -> None:
    nobody = "01890000-0000-7000-8000-000000000000"
    assert admin.get(f"{API}/accounts/{nobody}").status_code == 404
    assert admin.put(f"{API}/accounts/{nobody}/block", json={"because": "x"}).status_code == 404
    assert admin.put(f"{API}/accounts/{caller.user_id}/roles/nobody").status_code == 404
    assert admin.patch(f"{API}/roles/admin", json={"title": "x"}).status_code == 404
