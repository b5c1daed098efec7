"""The health inbox of addons: counted instead of repeated, dismissed by somebody, back when the trouble is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from kernel.addons import audit, inbox
from kernel.cli import session as cli_session
from kernel.cli.problems import problems as command
from kernel.clock import FrozenClock
from kernel.db import new_id, transaction
from kernel.errors import OperatorError
from tests.operations.conftest import MakeApp
from tests.processes import as_user

PROBLEMS = "/api/v1/kernel/problems"


@pytest.fixture
def app(make_site: MakeApp, database_url: str) -> Any:
    site = make_site(database_url=database_url)
    with site.app_context():
        yield site


def report(key: str = "chat.recount", severity: inbox.Severity = "warning", addon: str = "chat") -> None:
    inbox.report_problem(addon, "failing_job", key, f"{key} failed", severity)


def test_the_same_trouble_is_one_entry(app: Flask) -> None:
    with FrozenClock() as clock:
        report()
        clock.tick(60)
        report(severity="error")
        report(key="chat.tidy")
        report(addon="market")
        assert {(p.addon, p.key, p.severity, p.count) for p in inbox.problems()} == {
            ("chat", "chat.recount", "error", 2),
            ("chat", "chat.tidy", "warning", 1),
            ("market", "chat.recount", "warning", 1),
        }
        assert {p.last_seen_at for p in inbox.problems()} == {clock.now()}


def test_what_is_over_leaves_and_may_come_back(app: Flask) -> None:
    report()
    report(key="chat.tidy")
    inbox.settle_problem("chat", "failing_job", "chat.recount")
    assert [p.key for p in inbox.problems()] == ["chat.tidy"]
    report()
    assert {(p.key, p.count, p.dismissed_at) for p in inbox.problems()} == {
        ("chat.recount", 2, None),
        ("chat.tidy", 1, None),
    }


def test_what_is_over_keeps_who_had_dismissed_it_before(app: Flask) -> None:
    somebody = new_id()
    report()
    [problem] = inbox.problems()
    inbox.dismiss(problem.id, somebody)
    inbox.settle_problem("chat", "failing_job", "chat.recount")
    assert [p.dismissed_by for p in inbox.problems(dismissed=True)] == [somebody]


@transaction
def report_and_fail() -> None:
    report()
    raise LookupError


def test_reporting_does_not_disturb_whoever_has_a_transaction(app: Flask) -> None:
    with pytest.raises(LookupError):
        report_and_fail()
    assert list(inbox.problems()) == []
    with transaction():
        report(key="x" * 500)
        report()
    assert sorted(len(p.key) for p in inbox.problems()) == [len("chat.recount"), 200]


def test_reporting_never_raises_when_there_is_no_inbox(make_app: MakeApp) -> None:
    with make_app().app_context():
        report()
        inbox.settle_problem("chat", "failing_job", "chat.recount")


def test_over_rest_it_says_who_dismissed_what(app: Flask) -> None:
    operator, client = new_id(), app.test_client()
    report()
    report(addon="market")
    with as_user(operator, "kernel.addons"):
        [entry] = client.get(PROBLEMS, query_string={"addon": "chat"}).get_json()["items"]
        assert (entry["kind"], entry["severity"], entry["count"], entry["dismissed_by"]) == (
            "failing_job",
            "warning",
            1,
            None,
        )
        answer = client.post(f"{PROBLEMS}/{entry['id']}/dismissal")
        assert (answer.status_code, answer.get_json()["dismissed_by"]) == (200, str(operator))
        assert [p["addon"] for p in client.get(PROBLEMS).get_json()["items"]] == ["market"]
        [dismissed] = client.get(PROBLEMS, query_string={"dismissed": "true"}).get_json()["items"]
        assert (dismissed["id"], dismissed["dismissed_at"] is None) == (entry["id"], False)
        assert client.post(f"{PROBLEMS}/{new_id()}/dismissal").status_code == 404
        report()
        assert {p["addon"] for p in client.get(PROBLEMS).get_json()["items"]} == {"chat", "market"}


def test_over_rest_it_is_for_those_with_the_permission(app: Flask) -> None:
    client = app.test_client()
    report()
    [problem] = inbox.problems()
    with as_user(new_id()):
        assert client.get(PROBLEMS).status_code == 403
        assert client.post(f"{PROBLEMS}/{problem.id}/dismissal").status_code == 403
    assert client.get(PROBLEMS).status_code == 401
    assert len(inbox.problems()) == 1


def test_by_command_the_audit_trail_says_who_dismissed_what(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_session, "cli_app", lambda: app)

    def run(*args: str) -> str:
        return CliRunner().invoke(command, args, catch_exceptions=False).output

    report()
    report(addon="market")
    [entry] = json.loads(run("list", "--addon", "chat", "--json"))
    assert (entry["key"], entry["severity"], entry["count"]) == ("chat.recount", "warning", 1)
    assert "dismissed until it comes again" in run("dismiss", entry["id"])
    assert [row["addon"] for row in json.loads(run("list", "--json"))] == ["market"]
    [dismissed] = json.loads(run("list", "--dismissed", "--json"))
    assert (dismissed["id"], bool(dismissed["dismissed_at"])) == (entry["id"], True)
    [record] = audit.history("chat")
    assert (record.action, record.outcome, record.actor) == ("dismiss_problem", "done", cli_session.actor())
    assert record.detail == {"kind": "failing_job", "key": "chat.recount"}
    with pytest.raises(OperatorError, match="there is no such problem"):
        run("dismiss", str(new_id()))
