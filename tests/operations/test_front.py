"""What every answer has, and the line that every request leaves in the log."""

from __future__ import annotations

import json

import pytest
from flask import Flask, Response
from hypothesis import given
from hypothesis import strategies as st

from kernel.context import current_addon, current_request_id, enter_addon
from kernel.db import new_id
from kernel.identity.principal import Principal
from kernel.operations.front import _GOOD_ID
from tests.operations.conftest import MakeApp


@pytest.fixture
def app(make_site: MakeApp) -> Flask:
    return make_site(log_level="INFO", log_format="json")


def test_every_answer_is_safe_to_show_in_a_browser(app: Flask) -> None:
    for path in ("/health/live", "/nowhere", "/docs"):
        headers = app.test_client().get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert app.test_client().get("/docs").headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert app.test_client().get("/health/live").headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_only_a_site_reached_by_https_promises_https(make_site: MakeApp) -> None:
    plain, secure = make_site(), make_site(public_url="https://market.example")
    assert "Strict-Transport-Security" not in plain.test_client().get("/health/live").headers
    assert secure.test_client().get("/health/live").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_view_may_set_its_own_policy(app: Flask) -> None:
    own = {"Content-Security-Policy": "sandbox"}
    app.add_url_rule("/own", "own", lambda: Response("x", headers=own))
    assert app.test_client().get("/own").headers.getlist("Content-Security-Policy") == ["sandbox"]


@pytest.mark.parametrize("sent", ["abc-1.2_3", "0", "x" * 128])
def test_a_good_request_id_comes_back(app: Flask, sent: str) -> None:
    assert app.test_client().get("/health/live", headers={"X-Request-ID": sent}).headers["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", " ", "a b", "<script>", "x" * 129, "é"])
def test_a_bad_request_id_is_replaced(app: Flask, sent: str) -> None:
    answer = app.test_client().get("/health/live", headers={"X-Request-ID": sent})
    assert answer.headers["X-Request-ID"] != sent
    assert _GOOD_ID.fullmatch(answer.headers["X-Request-ID"])


@given(st.text())
def test_no_accepted_id_can_break_out_of_a_header_or_a_log_line(text: str) -> None:
    if _GOOD_ID.fullmatch(text):
        assert text.isascii()
        assert text.isprintable()
        assert not any(letter in text for letter in " \r\n\"'<>,;")


def test_each_request_starts_with_its_own_id_and_as_the_kernel(app: Flask) -> None:
    seen = []

    def view() -> str:
        seen.append((current_request_id(), current_addon()))
        enter_addon("chat")
        return ""

    app.add_url_rule("/seen", "seen", view)
    for number in ("one", "two"):
        app.test_client().get("/seen", headers={"X-Request-ID": number})
    assert seen == [("one", "kernel"), ("two", "kernel")]


def test_a_request_leaves_one_line_of_json(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    def view() -> tuple[str, int]:
        enter_addon("chat")
        return "", 418

    app.add_url_rule("/rooms", "rooms", view, methods=["POST"])
    app.test_client().post("/rooms?secret=1", headers={"X-Request-ID": "r-1"})
    line = json.loads(capfd.readouterr().err.splitlines()[-1])
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "POST", "/rooms", 418)
    assert (line["request_id"], line["addon"], line["user"], line["level"]) == ("r-1", "chat", None, "info")
    assert line["ms"] >= 0
    assert line["timestamp"].endswith("Z")


def test_the_line_says_who_asked(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    somebody = new_id()
    known = {"asoud.principal": Principal(user_id=somebody)}
    app.test_client().get("/nowhere", environ_overrides=known)
    line = json.loads(capfd.readouterr().err.splitlines()[-1])
    assert (line["event"], line["user"]) == ("request", str(somebody))


def test_probes_leave_no_line(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    app.test_client().get("/health/live")
    assert '"request"' not in capfd.readouterr().err


def test_cors_is_closed_by_default_and_opens_for_named_origins(make_site: MakeApp) -> None:
    ask = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    closed = make_site().test_client().options("/health/live", headers=ask)
    assert "Access-Control-Allow-Origin" not in closed.headers
    open_for_one = make_site(cors_origins=("https://shop.example",)).test_client()
    allowed = open_for_one.options("/health/live", headers=ask)
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    exposed = open_for_one.get("/health/live", headers=ask).headers["Access-Control-Expose-Headers"]
    assert "X-Request-ID" in exposed
    stranger = open_for_one.options("/health/live", headers={**ask, "Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers
