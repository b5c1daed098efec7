"""The doctor finds what is broken, says the mend, and never breaks down itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine

from config import Settings, Testing
from kernel.addons.graph import Fault
from kernel.cli.doctor import doctor
from kernel.crypto import derive_key, encrypt
from kernel.db import transaction
from kernel.operations import machine, site, stored
from kernel.operations.doctor import examine
from kernel.operations.findings import Finding, carefully, ok
from kernel.preferences import rows
from kernel.preferences.scopes import SITE
from tests.operations.conftest import MakeApp

Find = Callable[..., list[Finding]]
ROOT = Path(__file__).parents[2]


def statuses(findings: list[Finding], check: str) -> list[str]:
    return [finding.status for finding in findings if finding.check == check]


@pytest.fixture
def in_app(make_site: MakeApp) -> Iterator[Callable[..., Any]]:
    """Runs a check of the site in an app's context."""

    def run(check: Callable[..., Iterator[Finding]], app: Flask | None = None, **settings: object) -> list[Finding]:
        made = app or make_site(**settings)
        with made.app_context():
            return list(check(made.extensions["asoud"]))

    return run


@pytest.mark.parametrize(("secret", "status"), [("", "warning"), ("short", "warning"), ("x" * 32, "ok")])
def test_secrets(secret: str, status: str) -> None:
    settings = Testing(secret_key=secret) if secret else Testing()
    (found,) = machine.secrets(settings)
    assert (found.status, "token_urlsafe" in found.mend) == (status, status != "ok")


def test_variables_that_no_setting_has_are_taken_for_mistyped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(machine.variables()) == []
    monkeypatch.setenv("ASOUD_PUBLIC_ULR", "https://shop.example")
    monkeypatch.setenv("ASOUD_ZZZ", "1")
    mistyped, strange = machine.variables()
    assert (mistyped.status, strange.status) == ("warning", "warning")
    assert "ASOUD_PUBLIC_ULR is set" in mistyped.message
    assert mistyped.mend == "Is ASOUD_PUBLIC_URL meant?"
    assert strange.mend.startswith("Remove it")


def test_no_variable_that_is_used_here_is_taken_for_mistyped(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [path for folder in ("deploy", "bench", "kernel", "docs") for path in (ROOT / folder).rglob("*")]
    texts = [path.read_bytes().decode(errors="ignore") for path in (ROOT / "Makefile", *files) if path.is_file()]
    used = {name for text in texts for name in re.findall(r"\bASOUD_[A-Z0-9_]*[A-Z0-9]\b", text)}
    assert {"ASOUD_E2E", "ASOUD_POSTGRES_PASSWORD", "ASOUD_SECRET_KEY"} <= used
    for name in used:
        monkeypatch.setenv(name, "1")
    assert list(machine.variables()) == []


def test_debug_is_a_warning() -> None:
    assert statuses(list(machine.secrets(Testing(debug=True))), "debug") == ["warning"]


def test_the_data_folder_may_still_have_to_be_made(tmp_path: Path) -> None:
    (found,) = machine.data_folder(Testing(data_dir=tmp_path / "to" / "come"))
    assert found.status == "ok"


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (found,) = machine.data_folder(Testing(data_dir=tmp_path / "file" / "data"))
    assert (found.status, "ASOUD_DATA_DIR" in found.mend) == ("error", True)


def test_a_full_disk_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: SimpleNamespace(free=5))
    (found,) = machine.data_folder(Testing(data_dir=tmp_path))
    assert (found.status, found.mend) == ("error", "Make room on that disk.")


def test_packages_of_this_environment_fit() -> None:
    assert not [finding for finding in machine.packages() if finding.status == "error"]


def test_a_strangers_config_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.config, "__file__", str(tmp_path / "config" / "__init__.py"))
    found = [finding for finding in machine.packages() if finding.status == "error"]
    assert "'config' is imported from" in found[0].message
    assert "editable_mode=compat" in found[0].mend


def test_a_strangers_migrations_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "migrations").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    found = [finding for finding in machine.packages() if finding.status == "warning"]
    assert any("stands before the platform's own 'migrations'" in finding.message for finding in found)


@pytest.mark.parametrize(
    ("requirement", "message"),
    [("no-such-thing ~= 1.0", "isn't installed"), ("Flask < 1", "but 3."), ("never; python_version < '3'", "")],
)
def test_unmet_requirements_are_found(requirement: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "distribution", lambda name: SimpleNamespace(requires=[requirement]))
    found = [finding for finding in machine.packages() if finding.status == "error"]
    assert all(message in finding.message and "pip install" in finding.mend for finding in found)
    assert bool(found) == bool(message)


def test_other_versions_than_the_tested_ones_are_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pins = tmp_path / "constraints.txt"
    pins.write_text("# comment == 1\nFlask==1.0\nnot-here==1.0\n\n")
    monkeypatch.setattr(machine, "PINS", pins)
    found = [finding for finding in machine.packages() if finding.status == "warning"]
    assert [finding.mend for finding in found] == ["Run: pip install 'Flask==1.0'"]
    monkeypatch.setattr(machine, "PINS", tmp_path / "none")
    assert statuses(list(machine.packages()), "packages") == ["ok"]


def test_two_distributions_with_one_addon_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = [SimpleNamespace(name="wallet", distribution=name) for name in ("asoud-wallet", "other-wallet")]
    monkeypatch.setattr(machine, "discover", lambda: twins)
    monkeypatch.setattr(machine, "distribution", lambda name: SimpleNamespace(requires=[]))
    found = [finding for finding in machine.packages() if finding.status == "error"]
    assert [finding.message for finding in found] == ["asoud-wallet and other-wallet both offer the addon 'wallet'."]


def test_the_database_answers(in_app: Find, database_url: str) -> None:
    found = in_app(site.database, database_url=database_url)
    assert [finding.status for finding in found] == ["ok", "ok"]


def test_a_database_that_is_away_is_said_without_its_password() -> None:
    platform = SimpleNamespace(
        db=SimpleNamespace(engine=create_engine("postgresql+psycopg://me:hidden@127.0.0.1:9/none"), is_sqlite=False)
    )
    (found,) = site.database(platform)  # type: ignore[arg-type]  # all that the check looks at
    assert (found.status, "hidden" in found.message, "DATABASE_URL" in found.mend) == ("error", False, True)


@pytest.mark.parametrize(("ahead", "status"), [(0.0, "ok"), (10.0, "error")])
def test_clocks_that_differ_are_an_error(
    in_app: Find, fresh_postgres: str, ahead: float, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    monkeypatch.setattr(site, "_time", lambda: time.time() + ahead)
    assert statuses(in_app(site.database, database_url=fresh_postgres), "clock") == [status]


def test_pending_migrations_name_the_command(make_app: MakeApp, in_app: Find) -> None:
    (found,) = in_app(site.migrations, make_app())
    assert (found.status, found.mend) == ("error", "Run: asoud db upgrade")


def test_quarantined_and_missing_addons_are_errors(make_site: MakeApp, in_app: Find) -> None:
    app = make_site()
    platform = app.extensions["asoud"]
    platform.registry.quarantine("wallet", [Fault("wallet", "import_error", "broken.", "Mend it.")])
    platform.gate.missing = frozenset({"loyalty"})
    found = in_app(site.addons, app)
    assert [finding.status for finding in found if finding.check == "addons"] == ["error", "error"]
    assert found[1].mend == "Run on this machine: pip install asoud-loyalty"


def test_redis(in_app: Find, redis_url: str, tmp_path: Path) -> None:
    assert statuses(in_app(site.redis_server, redis_url=redis_url), "redis") == ["ok"]
    assert statuses(in_app(site.redis_server, redis_url="redis://:pw@127.0.0.1:9/0"), "redis") == ["error"]
    (found,) = in_app(site.redis_server)
    assert (found.status, "asoud run" in found.mend) == ("warning", True)
    assert "pw" not in in_app(site.redis_server, redis_url="redis://:pw@127.0.0.1:9/0")[0].message


def test_a_redis_that_throws_work_away_is_a_warning(in_app: Find, redis_url: str) -> None:
    import redis

    with redis.Redis.from_url(redis_url) as client:
        before = client.config_get("maxmemory*")
        client.config_set("maxmemory", 100 * 1_048_576)
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            (found,) = in_app(site.redis_server, redis_url=redis_url)
        finally:
            client.config_set("maxmemory", 0)
            client.config_set("maxmemory-policy", "noeviction")
    assert before
    assert (found.status, "noeviction" in found.mend) == ("warning", True)


def test_waiting_is_cooperative_under_eventlet(
    in_app: Find, fresh_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh_postgres)
    assert statuses(in_app(site.waiting, database_url=fresh_postgres), "waiting") == ["ok"]
    assert statuses(in_app(site.waiting), "waiting") == ["ok"]


@pytest.mark.parametrize(("code", "words"), [(3, "stops every client"), (1, "ZeroDivisionError")])
def test_waiting_that_blocks_or_cannot_be_tested_is_an_error(
    in_app: Find, fresh_postgres: str, code: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "TRAP", "import sys; sys.exit(3)" if code == 3 else "1 / 0")
    (found,) = in_app(site.waiting, database_url=fresh_postgres)
    assert (found.status, words in found.message) == ("error", True)


def test_storage_in_a_folder(in_app: Find, tmp_path: Path) -> None:
    (found,) = in_app(stored.storage, data_dir=tmp_path)
    assert (found.status, str(tmp_path / "files") in found.message) == ("ok", True)
    assert list((tmp_path / "files").iterdir()) == []
    (tmp_path / "files").rmdir()
    (tmp_path / "files").write_text("in the way")
    (found,) = in_app(stored.storage, data_dir=tmp_path)
    assert (found.status, "ASOUD_DATA_DIR" in found.mend) == ("error", True)


def test_storage_in_a_bucket_that_is_away_or_missing(in_app: Find, s3: dict[str, Any]) -> None:
    (found,) = in_app(stored.storage, **s3)
    assert (found.status, "uploads" in found.message) == ("ok", True)
    (found,) = in_app(stored.storage, **{**s3, "s3_bucket": "nobodys-bucket"})
    assert (found.status, "NoSuchBucket" in found.message, "ASOUD_S3_BUCKET" in found.mend) == ("error", True, True)
    (found,) = in_app(stored.storage, **{**s3, "s3_endpoint": "http://127.0.0.1:9"})
    assert found.status == "error"


def test_a_storage_that_gives_back_something_else(in_app: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.files.storage.local.LocalStorage.open", lambda self, key: BytesIO(b"other"))
    assert statuses(in_app(stored.storage), "storage") == ["error"]


def test_secrets_of_another_key_are_named(make_site: MakeApp, in_app: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_site(secret_key="a" * 40)
    assert [finding.message for finding in in_app(stored.stored_secrets, app)] == ["none."]
    with app.app_context(), transaction():
        rows.write("wallet", SITE, {"key": {"secret": encrypt('"x"', purpose="settings")}, "rate": {"value": 1}}, [])
    assert statuses(in_app(stored.stored_secrets, app), "stored secrets") == ["ok"]
    monkeypatch.setattr("kernel.crypto.derived_key", lambda purpose: derive_key("b" * 40, purpose))
    (found,) = in_app(stored.stored_secrets, app)
    assert (found.status, "asoud settings set wallet.key" in found.mend) == ("error", True)


def test_a_check_that_fails_is_a_finding() -> None:
    def broken() -> Iterator[Finding]:
        yield ok("x", "fine")
        raise ValueError("oh")

    (found,) = carefully("x", broken)
    assert (found.status, found.message) == ("error", "could not be checked: ValueError: oh")


def test_the_whole_examination_of_a_new_site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASOUD_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ASOUD_TYPO", "1")
    done = CliRunner().invoke(doctor, ["--json"], standalone_mode=False)
    found = json.loads(done.output)
    checks = ("configuration", "secrets", "data folder", "packages", "database", "migrations", "storage", "redis")
    assert {*checks, "waiting"} <= {finding["check"] for finding in found}
    assert done.return_value == 1, "its tables are not there yet"
    shown = CliRunner().invoke(doctor, [], standalone_mode=False)
    assert "✗ migrations" in shown.output
    assert "ASOUD_TYPO is set, but there is no such setting" in shown.output
    assert "    Run: asoud db upgrade" in shown.output


def test_wrong_settings_are_found_and_packages_still_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASOUD_PORT", "many")
    found = examine()
    assert (found[0].check, found[0].status) == ("configuration", "error")
    assert "ASOUD_PORT" in found[0].message
    assert statuses(found, "packages")


def test_an_app_that_cannot_start_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(settings: Settings, role: str) -> Flask:
        raise RuntimeError("no way")

    monkeypatch.setenv("ASOUD_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("kernel.app.create_app", refuse)
    assert [(f.check, f.status) for f in examine()][-1] == ("start", "error")
    assert replace(examine()[-1], mend="").to_dict()["mend"] == ""
