"""`asoud settings ...`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from kernel.cli import session as cli_session
from kernel.cli.settings import settings
from kernel.errors import OperatorError
from kernel.runtime import Platform
from tests.preferences.conftest import MARKET
from tests.processes import MakePlatform

Run = Callable[..., Result]
SHOP = f"market:{MARKET}"


@pytest.fixture
def platform(make_platform: MakePlatform) -> Platform:
    return make_platform()


@pytest.fixture
def run(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one command; an error of the operator comes out as its message."""
    monkeypatch.setattr(cli_session, "cli_app", lambda: platform.app)

    def run(*arguments: str, answers: str = "") -> Result:
        result = CliRunner().invoke(settings, arguments, input=answers)
        if result.exception and not isinstance(result.exception, SystemExit | OperatorError):
            raise result.exception
        return result

    return run


def said(result: Result) -> str:
    """What was printed, or what the error says."""
    return str(result.exception) if isinstance(result.exception, OperatorError) else result.output


def test_lists_settings_for_people_and_machines(run: Run) -> None:
    assert "loyalty.rate" in run("list").output
    rows = {row["name"]: row for row in json.loads(run("list", "loyalty", "--json").output)}
    assert (rows["loyalty.rate"]["value"], rows["loyalty.rate"]["source"]) == (10, "default")
    assert rows["loyalty.api_key"]["value"] == "(not set)"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("loyalty.rate", "12", 12),
        ("loyalty.tags", '["a", "b"]', ["a", "b"]),
        ("loyalty.ends_at", "2026-03-21T12:30:00Z", "2026-03-21T12:30:00Z"),
        ("loyalty.ends_at", "null", None),
        ("loyalty.unset", "12", "12"),
        ("loyalty.unset", "plain words", "plain words"),
        ("loyalty.unset", "true", "true"),
        ("loyalty.unset", "-5", "-5"),
    ],
)
def test_sets_values_of_every_type(run: Run, name: str, text: str, value: object) -> None:
    assert run("set", name, text).exit_code == 0
    shown = json.loads(run("get", name, "--json").output)
    assert (shown["value"], shown["source"]) == (value, "site")
    assert run("set", name, "--reset").exit_code == 0
    assert json.loads(run("get", name, "--json").output)["source"] == "default"


def test_a_negative_number_is_a_value_and_a_mistyped_option_is_none(run: Run) -> None:
    assert run("set", "--scope", SHOP, "loyalty.rate", "-1").exit_code == 0
    assert run("get", "loyalty.rate", "--scope", SHOP).output == "-1\n"
    assert run("set", "loyalty.unset", "--", "-7").exit_code == 0
    assert run("get", "loyalty.unset").output == "-7\n"
    mistyped = run("set", "loyalty.unset", "--rest")
    assert (mistyped.exit_code, "No such option" in mistyped.output) == (2, True)


def test_one_object_has_values_of_its_own(run: Run, platform: Platform) -> None:
    assert run("set", "loyalty.rate", "5", "--scope", SHOP).exit_code == 0
    assert run("get", "loyalty.rate", "--scope", SHOP).output == "5\n"
    assert run("get", "loyalty.rate").output == "10\n"
    assert run("get", "loyalty.largest", "--scope", SHOP).output == "100\n"
    assert platform.preferences.get("loyalty.rate", ("market", MARKET)) == 5
    assert [row["name"] for row in json.loads(run("list", "--scope", SHOP, "--json").output)] == [
        "loyalty.rate",
        "loyalty.api_key",
    ]


def test_a_secret_is_asked_for_and_never_shown(run: Run, platform: Platform) -> None:
    result = run("set", "loyalty.api_key", answers="hunter2\nhunter2\n")
    assert (result.exit_code, "hunter2" in result.output) == (0, False)
    assert platform.preferences.get("loyalty.api_key") == "hunter2"
    assert run("get", "loyalty.api_key").output == "(set)\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["get", "loyalty.nothing"], ["loyalty.nothing", "no such setting", "asoud settings list loyalty"]),
        (["list", "nobody"], ["nobody", "asoud settings list"]),
        (["set", "loyalty.rate", "many"], ["loyalty.rate", "Nothing was changed"]),
        (["set", "loyalty.rate", "101"], ["loyalty.rate", "largest"]),
        (["set", "loyalty.largest", "5", "--scope", SHOP], ["loyalty.largest", "single object"]),
        (["list", "--scope", f"shop:{MARKET}"], ["shop", "no installed addon", "market"]),
        (["list", "--scope", "market:0198c0de-0000-7000-8000-000000000000"], ["there is no such object"]),
    ],
)
def test_refusals_name_the_subject_the_rule_and_the_mend(run: Run, arguments: list[str], words: list[str]) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, OperatorError)
    assert [word for word in words if word not in said(result)] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["set", "loyalty.rate"],
        ["set", "loyalty.rate", "5", "--reset"],
        ["list", "--scope", "market"],
        ["list", "--scope", "market:7"],
    ],
)
def test_wrong_usage(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2
