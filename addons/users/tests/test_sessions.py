"""Sessions and login history over REST."""

from __future__ import annotations

from typing import Any

from asoud_users.testing import API, forget_limits, log_in, make_user
from flask import Flask
from flask.testing import FlaskClient


def test_sessions_are_listed_with_the_present_one_marked(app: Flask, as_user: Any) -> None:
    caller = as_user(make_user(app))
    as_user(caller.user_id)
    items = caller.get(f"{API}/sessions").json["items"]
    assert len(items) == 2
    assert [item["id"] for item in items if item["is_current"]] == [str(caller.tokens.session_id)]


def test_sessions_are_paged_like_every_list(app: Flask, as_user: Any, clock: Any) -> None:
    user_id = make_user(app)
    callers = []
    for _ in range(3):
        clock.tick(1)
        callers.append(as_user(user_id))
    page = callers[0].get(f"{API}/sessions?limit=2").json
    rest = callers[0].get(f"{API}/sessions?limit=2&cursor={page['next']}").json
    assert rest["next"] is None
    shown = [item["id"] for item in [*page["items"], *rest["items"]]]
    assert shown == [str(caller.tokens.session_id) for caller in reversed(callers)]


def test_one_session_is_revoked_and_its_tokens_die(app: Flask, as_user: Any) -> None:
    caller = as_user(make_user(app))
    other = as_user(caller.user_id)
    assert caller.delete(f"{API}/sessions/{other.tokens.session_id}").status_code == 204
    assert other.get(f"{API}/me").status_code == 401
    assert caller.delete(f"{API}/sessions/{other.tokens.session_id}").status_code == 404
    refused = other.post(f"{API}/refreshes", json={"refresh_token": other.tokens.refresh_token})
    assert refused.status_code == 401


def test_all_other_sessions_are_revoked_at_once(app: Flask, as_user: Any) -> None:
    caller = as_user(make_user(app))
    others = [as_user(caller.user_id) for _ in range(2)]
    assert caller.delete(f"{API}/sessions").status_code == 204
    assert [other.get(f"{API}/me").status_code for other in others] == [401, 401]
    assert caller.get(f"{API}/me").status_code == 200


def test_logging_out_ends_the_session(app: Flask, as_user: Any) -> None:
    caller = as_user(make_user(app))
    assert caller.delete(f"{API}/sessions/current").status_code == 204
    assert caller.get(f"{API}/me").status_code == 401


def test_the_session_of_another_does_not_exist(app: Flask, as_user: Any) -> None:
    caller, other = as_user(make_user(app)), as_user(make_user(app, "+989120000001"))
    assert caller.delete(f"{API}/sessions/{other.tokens.session_id}").status_code == 404
    assert other.get(f"{API}/me").status_code == 200


def test_a_device_is_called_what_its_user_calls_it(app: Flask, client: FlaskClient, jobs: Any, as_user: Any) -> None:
    user_id = make_user(app)
    log_in(app, jobs, client)
    caller = as_user(user_id)
    assert {item["device"] for item in caller.get(f"{API}/sessions").json["items"]} == {"", "test"}


def test_the_history_is_paged(app: Flask, client: FlaskClient, jobs: Any, clock: Any, as_user: Any) -> None:
    caller = as_user(make_user(app))
    for _ in range(3):
        log_in(app, jobs, client)
        forget_limits(app)
    first = caller.get(f"{API}/me/logins?limit=2").json
    assert len(first["items"]) == 2
    second = caller.get(f"{API}/me/logins?limit=2&cursor={first['next']}").json
    assert (len(second["items"]), second["next"]) == (1, None)
