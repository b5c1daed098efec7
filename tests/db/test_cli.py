from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from click.testing import CliRunner, Result
from flask import Flask
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import inspect

from kernel.addons import state
from kernel.addons.discovery import discover
from kernel.addons.graph import build
from kernel.addons.registry import Registry
from kernel.cli.db import db
from kernel.db import migrations, transaction
from kernel.errors import OperatorError
from kernel.runtime import platform
from tests.db.conftest import MakeApp, Packages
from tests.db.test_migrations import MAKE, SHOP, versions

Run = Callable[..., Result]


@pytest.fixture
def run(make_bare_app: MakeApp, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command of the group, in a process that has just started."""
    app: Flask = make_bare_app(role="cli", database_url=database_url)
    made = app.extensions["asoud"]
    made.redis = redis.Redis(port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr("kernel.cli.session.cli_app", lambda: app)

    def invoke(*arguments: str, **options: Any) -> Result:
        made.registry = Registry(build(discover()))
        return CliRunner().invoke(db, arguments, **options)

    with app.app_context():
        yield invoke


def rows(result: Result) -> Any:
    """What ``--json`` printed."""
    assert result.exception is None, result.output
    return json.loads(result.stdout)


def installed(name: str) -> None:
    with transaction():
        state.save(name, "installed", enabled=True)


def refusal(result: Result) -> str:
    assert isinstance(result.exception, OperatorError)
    return str(result.exception)


def test_upgrade_runs_the_kernel_first_and_then_what_is_installed(run: Run, packages: Packages) -> None:
    head = migrations.head_on_disk("kernel")
    assert rows(run("upgrade", "--json")) == [{"addon": "kernel", "revision": head, "ran": [head]}]
    boot = state.read().boot
    for name in ("good", "later"):
        packages.write(name, **versions(MAKE.format(f"{name}_one"), MAKE.format(f"{name}_two")))
        installed(name)
    waiting = {row["addon"]: row["pending"] for row in rows(run("pending", "--json"))}
    assert waiting == {"kernel": [], "good": ["one", "two"], "later": ["one", "two"]}
    ran = rows(run("upgrade", "--addon", "good", "--json"))
    assert ran == [{"addon": "good", "revision": "two", "ran": ["one", "two"]}]
    assert state.read().boot == boot + 1
    assert [row["ran"] for row in rows(run("upgrade", "--json"))] == [[], [], ["one", "two"]]
    assert [row["ran"] for row in rows(run("upgrade", "--json"))] == [[], [], []]
    assert state.read().boot == boot + 2


def test_a_failing_or_missing_addon_stops_no_other(run: Run, packages: Packages) -> None:
    run("upgrade")
    packages.write("bad", **versions("raise ValueError('no')"))
    packages.write("good", **versions(MAKE.format("good_one")))
    for name in ("bad", "good", "gone"):
        installed(name)
    result = run("upgrade")
    message = refusal(result)
    assert "bad: a migration failed and was rolled back whole: ValueError: no" in message
    assert "gone: its package is not in this environment" in message
    assert "good" in result.stdout
    assert inspect(platform.db.engine).has_table("good_one")
    result = run("pending", "--json")
    assert "gone: its package" in refusal(result)
    assert [row["addon"] for row in json.loads(result.stdout)] == ["kernel", "bad", "good"]


def test_a_failing_kernel_stops_everything(run: Run, packages: Packages, monkeypatch: pytest.MonkeyPatch) -> None:
    run("upgrade")
    package = packages.write("good", **versions(MAKE.format("good_one")))
    installed("good")
    monkeypatch.setattr("kernel.db.schema_state.ENVIRONMENT", package / "nowhere")
    assert "kernel: the database is at revision" in refusal(run("upgrade"))
    assert not inspect(platform.db.engine).has_table("good_one")


def test_what_is_not_installed_is_not_upgraded(run: Run, packages: Packages) -> None:
    run("upgrade")
    packages.write("good", **versions(MAKE.format("good_one")))
    assert "good: is not installed" in refusal(run("upgrade", "--addon", "good"))
    assert "nobody: is not installed" in refusal(run("upgrade", "--addon", "nobody"))
    assert "nobody: its package" in refusal(run("pending", "--addon", "nobody"))


def test_downgrade_asks_first(run: Run, packages: Packages) -> None:
    run("upgrade")
    packages.write("good", **versions(MAKE.format("good_one"), MAKE.format("good_two")))
    installed("good")
    run("upgrade")
    boot = state.read().boot
    refused = run("downgrade", "--addon", "good", input="n\n")
    assert (refused.exit_code, migrations.current_revision("good")) == (1, "two")
    assert rows(run("downgrade", "--addon", "good", "--yes", "--json")) == [{"addon": "good", "revision": "one"}]
    assert state.read().boot == boot + 1


def test_the_kernel_goes_back_to_nothing(run: Run) -> None:
    run("upgrade")
    done = rows(run("downgrade", "--to", "base", "--yes", "--json"))
    assert done == [{"addon": "kernel", "revision": None}]


def test_check_names_models_without_a_migration(run: Run, packages: Packages) -> None:
    run("upgrade")
    packages.write("shop", models=SHOP)
    installed("shop")
    result = run("check", "--addon", "shop", "--json")
    assert 'Run: asoud db revision --addon shop -m "..."' in refusal(result)
    assert {"addon": "shop", "operation": "add_table", "subject": "shop_product"} in json.loads(result.stdout)
    path = rows(run("revision", "--addon", "shop", "-m", "first tables", "--json"))[0]["file"]
    assert path.endswith("_first_tables.py")
    assert "shop: 1 migrations have not run here" in refusal(run("check"))
    run("upgrade")
    assert rows(run("check", "--json")) == []
    nothing = run("revision", "--addon", "shop", "-m", "nothing", "--json")
    assert (nothing.stdout.strip(), nothing.stderr.strip()) == (
        "[]",
        "shop: models and database agree; nothing was written.",
    )
