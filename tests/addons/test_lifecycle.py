"""Installing, switching, upgrading, uninstalling and restoring, on both databases, with addons made for the test."""

from __future__ import annotations

import shutil
import signal
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from addon_sdk.testing.deployments import settings_for
from kernel.addons import audit, discovery, install, listing, processes, removal, state, switch
from kernel.addons.models import AddonState
from kernel.app import create_app
from kernel.db import migrations, session, transaction
from kernel.errors import OperatorError
from kernel.runtime import platform
from tests.addons.packages import MIGRATION, Site

MODEL = """
from sqlalchemy.orm import Mapped
from addon_sdk import Model

class {kind}(Model):
    name: Mapped[str]
"""
SEEDED = """
from addon_sdk import Addon, session

def seed():
    from asoud_{name}.models import Thing
    session().add(Thing(name="seed"))

addon = Addon(title="{name}", on_install=seed)
"""
EXTENDING = """
from sqlalchemy import String
from sqlalchemy.orm import mapped_column
from addon_sdk import extend
from asoud_{host}.models import Thing

extend(Thing, colour=mapped_column(String(20)))
"""
EXTENDING_MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision = "{name}_1"
down_revision = None
branch_labels = None
depends_on = None

def upgrade():
    with op.batch_alter_table("{host}_thing") as table:
        table.add_column(sa.Column("{name}_colour", sa.String(20)))

def downgrade():
    with op.batch_alter_table("{host}_thing") as table:
        table.drop_column("{name}_colour")
"""


class World:
    """One deployment inside this process; addons' names are unique to a test, since models stay mapped."""

    def __init__(self, site: Site, database_url: str) -> None:
        self.site = site
        self.settings = settings_for(site.folder / "data", database_url=database_url)
        self.said: list[str] = []

    def app(self) -> Flask:
        return create_app(self.settings, role="cli")

    def do(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a lifecycle function as a command does: in an app of its own."""
        app = self.app()
        try:
            with app.app_context():
                return function(*args, **kwargs)
        finally:
            app.extensions["asoud"].close()

    def install(self, name: str, **kwargs: Any) -> list[str]:
        names: list[str] = self.do(install.install, name, actor="test", say=self.said.append, **kwargs)
        return names

    def uninstall(self, name: str, data: str, **kwargs: Any) -> None:
        self.do(removal.uninstall, name, data=data, actor="test", say=self.said.append, **kwargs)

    def states(self) -> dict[str, str]:
        return {info.name: info.state for info in self.do(listing.everything) if info.state != "available"}

    def scalar(self, query: str) -> Any:
        return self.do(lambda: session().scalar(text(query)))

    def with_table(self, name: str, **kwargs: Any) -> None:
        """An addon with a table and one row from its ``on_install``."""
        files = {
            "__init__.py": SEEDED.format(name=name),
            "models.py": MODEL.format(kind="Thing"),
            "migrations/versions/one.py": MIGRATION.format(name=name),
        }
        self.site.add(name, files, **kwargs)


@pytest.fixture
def world(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    (tmp_path / "data").mkdir()
    (tmp_path / "site").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    world = World(Site(tmp_path), database_url)
    world.do(migrations.upgrade, "kernel")
    yield world
    discovery._names.clear()


@pytest.fixture
def unique(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Names that no other test's addon has."""
    suffix = f"{abs(hash(request.node.nodeid)) % 10**8}"
    return lambda name: f"{name}{suffix}"


def test_dependencies_come_first_and_everything_is_audited(world: World, unique: Callable[[str], str]) -> None:
    base, top = unique("base"), unique("top")
    world.site.add(base)
    world.site.add(top, requires=[f"asoud-{base}"])
    assert world.install(top) == [base, top]
    assert world.states() == {base: "enabled", top: "enabled"}
    assert world.install(top) == []
    history = world.do(audit.history)
    assert [(item.addon, item.action, item.actor, item.outcome) for item in history] == [
        (top, "install", "test", "done"),
        (base, "install", "test", "done"),
    ]


def test_disabling_is_refused_while_others_need_it_unless_cascading(world: World, unique: Callable[[str], str]) -> None:
    base, top = unique("base"), unique("top")
    world.site.add(base)
    world.site.add(top, requires=[f"asoud-{base}"])
    world.install(top)
    with pytest.raises(OperatorError, match=f"is needed by {top}"):
        world.do(switch.disable, base, actor="test")
    assert world.do(switch.disable, base, actor="test", cascade=True) == [top, base]
    assert world.do(switch.disable, base, actor="test") == []
    assert world.states() == {base: "disabled", top: "disabled"}
    with pytest.raises(OperatorError, match=f"Run: asoud addons enable {base}"):
        world.do(switch.enable, top, actor="test")
    with pytest.raises(OperatorError, match="is installed but disabled"):
        world.install(base)
    assert world.do(switch.enable, base, actor="test") == [base]
    assert world.do(switch.enable, base, actor="test") == []
    with pytest.raises(OperatorError, match="is not installed"):
        world.do(switch.enable, unique("nobody"), actor="test")
    world.uninstall(top, "keep")
    assert [(item.addon, item.action, item.outcome) for item in reversed(world.do(audit.history))] == [
        *((base, "install", "done"), (top, "install", "done"), (top, "disable", "done"), (base, "disable", "done")),
        *((base, "enable", "done"), (top, "uninstall", "done")),
    ]


def test_a_database_without_tables_names_the_command(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "data").mkdir()
    site = Site(tmp_path, {"DATABASE_URL": database_url})
    site.add("hello")
    assert "Run: asoud db upgrade" in site.asoud("addons", "install", "hello", code=1).stderr


def test_the_live_and_boot_generations_rise_as_they_should(world: World, unique: Callable[[str], str]) -> None:
    name = unique("gen")
    world.site.add(name)
    world.install(name)
    installed = world.do(state.read)
    world.do(switch.disable, name, actor="test")
    disabled = world.do(state.read)
    assert (disabled.live, disabled.boot) == (installed.live + 1, installed.boot)


def test_a_package_that_came_after_the_process_is_not_missing(world: World, unique: Callable[[str], str]) -> None:
    later, running = unique("later"), world.app()
    gate = running.extensions["asoud"].gate
    world.site.add(later)
    world.install(later)
    with running.app_context():
        gate.refresh()
    assert gate.behind
    assert gate.missing == frozenset()
    running.extensions["asoud"].close()


def test_a_package_without_its_code_stops_only_itself(world: World, unique: Callable[[str], str]) -> None:
    hollow, other = unique("hollow"), unique("other")
    package = world.site.add(hollow)
    world.site.add(other)
    world.install(hollow)
    world.install(other)
    shutil.rmtree(package)
    del sys.modules[package.name]  # as in a process that begins now
    running = world.app().extensions["asoud"]
    (fault,) = running.registry.faults[hollow]
    assert (fault.code, fault.mend) == ("migrations", f"Mend or reinstall asoud-{hollow}.")
    assert running.gate.is_enabled(other)
    running.close()


def test_a_bridge_comes_by_itself_until_the_operator_refuses_it(world: World, unique: Callable[[str], str]) -> None:
    left, right, bridge = unique("left"), unique("right"), unique("bridge")
    world.site.add(left)
    world.site.add(right)
    declaration = f"from addon_sdk import Addon\naddon = Addon(title='b', auto_install=('{left}', '{right}'))\n"
    world.site.add(bridge, {"__init__.py": declaration})
    assert world.install(left) == [left]
    assert world.install(right) == [right, bridge]
    world.uninstall(bridge, "drop")
    world.uninstall(right, "drop")
    assert world.install(right) == [right]
    assert world.install(bridge) == [bridge]


def test_a_module_of_requires_if_counts_only_beside_its_neighbour(world: World, unique: Callable[[str], str]) -> None:
    host, other = unique("host"), unique("other")
    declaration = f"from addon_sdk import Addon\naddon = Addon(title='h', requires_if={{'with_other': ('{other}',)}})\n"
    job = "from addon_sdk import job\n\n@job()\ndef extra() -> None:\n    pass\n"
    world.site.add(host, {"__init__.py": declaration, "with_other.py": job})
    world.site.add(other)

    def jobs_that_count() -> list[str]:
        found = platform.registry.contributions("job")
        return [c.key for c in found if c.owner == host and platform.gate.counts(c)]

    def counting() -> Any:
        return world.do(jobs_that_count)

    world.install(host)
    assert counting() == []
    world.install(other)
    assert counting() == [f"{host}.extra"]
    world.do(switch.disable, other, actor="test")
    assert counting() == []


def test_a_broken_bridge_module_is_left_out_and_the_addon_stays(world: World, unique: Callable[[str], str]) -> None:
    host, other = unique("host"), unique("other")
    declaration = f"from addon_sdk import Addon\naddon = Addon(title='h', requires_if={{'bad': ('{other}',)}})\n"
    world.site.add(host, {"__init__.py": declaration, "bad.py": "import no_such_module\n"})
    world.site.add(other)
    world.install(host)
    world.install(other)
    (fault,) = world.do(lambda: platform.registry.faults[host])
    assert (fault.code, "no_such_module" in fault.reason) == ("import_error", True)
    assert world.states()[host] == "enabled"


def test_uninstall_shows_keeps_archives_drops_and_restores(
    world: World, unique: Callable[[str], str], tmp_path: Path
) -> None:
    host, guest = unique("host"), unique("guest")
    world.with_table(host)
    files = {
        "models.py": EXTENDING.format(host=host),
        "migrations/versions/one.py": EXTENDING_MIGRATION.format(name=guest, host=host),
    }
    world.site.add(guest, files, requires=[f"asoud-{host}"])
    world.install(guest)
    world.do(_write, f"UPDATE {host}_thing SET {guest}_colour = 'red'")

    shown = world.do(removal.preview, guest)
    assert (shown.tables, shown.columns, shown.dependents) == ({}, {f"{host}_thing": [f"{guest}_colour"]}, [])
    assert world.do(removal.preview, host).tables == {f"{host}_thing": 1}
    with pytest.raises(OperatorError, match=f"is needed by {guest}"):
        world.uninstall(host, "drop")

    archive = tmp_path / "guest.zip"
    world.uninstall(guest, "archive", archive_to=archive)
    assert world.states() == {host: "enabled"}
    with pytest.raises(OperatorError, match="is not installed and has no data"):
        world.do(removal.preview, guest)

    with pytest.raises(OperatorError, match=f"is an archive of {guest}"):
        world.install(host, from_archive=archive)
    world.install(guest, from_archive=archive)
    assert world.scalar(f"SELECT {guest}_colour FROM {host}_thing") == "red"
    with pytest.raises(OperatorError, match="is installed already"):
        world.install(guest, from_archive=archive)
    with pytest.raises(OperatorError, match="is there already"):
        world.uninstall(guest, "archive", archive_to=archive)
    assert world.states()[guest] == "enabled"

    world.uninstall(guest, "drop")
    archive = tmp_path / "host.zip"
    world.uninstall(host, "archive", archive_to=archive)
    world.install(host, from_archive=archive)
    assert world.scalar(f"SELECT name FROM {host}_thing") == "seed"
    world.uninstall(host, "keep")
    assert world.states() == {}
    with pytest.raises(OperatorError, match="still has data here"):
        world.install(host, from_archive=archive)
    world.uninstall(host, "drop")
    with pytest.raises(OperatorError, match="is no addon archive"):
        world.install(host, from_archive=tmp_path / "nothing.zip")


SETTINGS_AND_FILES = """
from addon_sdk import Addon, Schema, fields
from addon_sdk.files import file_kind

class Preferences(Schema):
    rate = fields.Integer(load_default=1)
    key = fields.String(load_default="", metadata={"secret": True})

file_kind("note", media=("text/plain",))
addon = Addon(title="Keeper", settings=Preferences)
"""


def _fill(name: str) -> tuple[str, str]:
    """Set a setting and a secret and store a file; the file's id and where its bytes are."""
    platform.preferences.set(f"{name}.rate", 7)
    platform.preferences.set(f"{name}.key", "hidden")
    stored = platform.files.store(BytesIO(b"hello"), "n.txt", kind=f"{name}.note", owner_user_id=None, claimed=True)
    return str(stored.id), stored.key


def _held(name: str, file_id: str) -> tuple[Any, Any, int]:
    settings = platform.preferences
    return settings.get(f"{name}.rate"), settings.get(f"{name}.key"), platform.files.get(UUID(file_id)).size


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same site", "site that lost its rows"])
def test_an_archive_has_settings_and_the_rows_of_uploads(
    world: World, unique: Callable[[str], str], tmp_path: Path, elsewhere: bool
) -> None:
    name = unique("keeper")
    world.site.add(name, {"__init__.py": SETTINGS_AND_FILES})
    world.install(name)
    file_id, key = world.do(_fill, name)
    shown = world.do(removal.preview, name)
    assert (shown.settings, shown.files, shown.file_bytes) == (2, 1, 5)

    archive = tmp_path / "keeper.zip"
    world.uninstall(name, "archive", archive_to=archive)
    with zipfile.ZipFile(archive) as packed:
        assert b"hidden" not in b"".join(packed.read(member) for member in packed.namelist())
    shown = world.do(removal.preview, name)
    assert (shown.settings, shown.files) == (0, 1)
    assert (world.settings.data_dir / "files" / key).read_bytes() == b"hello"

    if elsewhere:
        world.do(_write, f"DELETE FROM kernel_file WHERE addon = '{name}'")
    world.install(name, from_archive=archive)
    assert world.do(_held, name, file_id) == (7, "hidden", 5)
    assert world.said[-1] == f"Restored {3 if elsewhere else 2} rows."

    world.uninstall(name, "keep")
    with pytest.raises(OperatorError, match="still has data here"):
        world.install(name, from_archive=archive)
    world.uninstall(name, "drop")
    with pytest.raises(OperatorError, match="is not installed and has no data"):
        world.do(removal.preview, name)


def _write(statement: str) -> None:
    with transaction():
        session().execute(text(statement))


def test_uninstalling_waits_for_processes_that_still_have_it(
    world: World, unique: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = unique("held")
    world.with_table(name)
    world.install(name)
    web = create_app(world.settings, role="web")
    with web.app_context():
        processes.Heartbeat(web.extensions["asoud"]).beat()
    monkeypatch.setattr(removal.wait_for_processes, "__kwdefaults__", {"seconds": 0.5})
    with pytest.raises(OperatorError, match=r"still running what was loaded before: web \d+ on "):
        world.uninstall(name, "drop")
    assert world.scalar(f"SELECT count(*) FROM {name}_thing") == 1
    assert any("Waiting for new processes" in line for line in world.said)
    assert world.states()[name] == "to_uninstall"
    with web.app_context():
        web.extensions["asoud"].gate.refresh()
        assert web.extensions["asoud"].gate.behind
    web.extensions["asoud"].close()
    world.do(_write, "DELETE FROM kernel_process")
    world.uninstall(name, "drop")
    assert world.states() == {}
    assert world.do(migrations.owned_tables, name) == []


def test_a_failing_migration_is_undone_and_said(world: World, unique: Callable[[str], str]) -> None:
    name = unique("failing")
    world.with_table(name)
    path = world.site.folder / "site" / f"asoud_{name}" / "migrations" / "versions" / "one.py"
    good = path.read_text()
    path.write_text(good.replace("\ndef downgrade", "    op.execute('SELECT no_such_column')\n\ndef downgrade"))
    with pytest.raises(OperatorError, match="installing failed and was undone"):
        world.install(name)
    assert name not in world.states()
    assert world.do(migrations.owned_tables, name) == []
    path.write_text(good)
    assert world.install(name) == [name]


def test_code_ahead_of_its_schema_is_quarantined_until_upgraded(world: World, unique: Callable[[str], str]) -> None:
    name, quiet = unique("ahead"), unique("quiet")
    world.with_table(name)
    world.site.add(quiet)
    world.install(name)
    world.install(quiet)
    second = world.site.folder / "site" / f"asoud_{name}" / "migrations" / "versions" / "two.py"
    head = f'from alembic import op\nrevision = "{name}_2"\ndown_revision = "{name}_1"\n'
    head += "branch_labels = None\ndepends_on = None\n"
    running = world.app()
    second.write_text(
        head + "\ndef upgrade():\n    op.execute('SELECT no_such_column')\n\ndef downgrade():\n    pass\n"
    )
    assert world.states() == {name: "quarantined", quiet: "enabled"}
    with running.app_context():  # a process that began before pip ran keeps what it has loaded
        running.extensions["asoud"].gate.refresh()
        assert running.extensions["asoud"].gate.is_enabled(name)
    running.extensions["asoud"].close()
    fault = world.do(listing.one, name).faults[0]
    assert (fault.code, fault.mend) == ("schema_behind", f"Run: asoud addons upgrade {name}")
    with pytest.raises(OperatorError, match=f"{name}: the upgrade failed"):
        world.do(install.upgrade, [], actor="test", say=world.said.append)
    assert world.states()[quiet] == "enabled"
    second.write_text(head + "\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n")
    assert world.do(install.upgrade, [name], actor="test", say=world.said.append) == [name]
    assert world.do(install.upgrade, [], actor="test", say=world.said.append) == []
    assert world.states() == {name: "enabled", quiet: "enabled"}
    with pytest.raises(OperatorError, match="there is no such addon"):
        world.do(install.upgrade, [unique("nobody")], actor="test", say=world.said.append)


def test_a_step_that_a_crash_interrupted_is_shown_and_finished(world: World, unique: Callable[[str], str]) -> None:
    name = unique("crashed")
    world.with_table(name)
    world.do(_interrupted, name)
    assert world.states() == {name: "to_install"}
    assert world.install(name) == [name]
    assert world.states() == {name: "enabled"}
    assert world.scalar(f"SELECT count(*) FROM {name}_thing") == 1  # on_install had not come yet


UPGRADED = """
from addon_sdk import Addon, session
from asoud_{name}.models import Thing

def again(before):
    {line}

addon = Addon(title="{name}", on_upgrade=again)
"""


def test_an_upgrade_that_stopped_after_its_migrations_is_finished(world: World, unique: Callable[[str], str]) -> None:
    name = unique("halfway")
    world.with_table(name)
    world.install(name)
    package = world.site.folder / "site" / f"asoud_{name}"
    head = f'revision = "{name}_2"\ndown_revision = "{name}_1"\nbranch_labels = None\ndepends_on = None\n'
    (package / "migrations" / "versions" / "two.py").write_text(
        f"{head}\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n"
    )
    for line in ("raise RuntimeError('no disk')", "session().add(Thing(name=before))"):
        (package / "__init__.py").write_text(UPGRADED.format(name=name, line=line))
        sys.modules.pop(package.name)  # as in a process that begins now
        if "raise" in line:
            with pytest.raises(OperatorError, match=f"{name}: the upgrade failed; RuntimeError: no disk"):
                world.do(install.upgrade, [], actor="test", say=world.said.append)
            assert world.states() == {name: "to_upgrade"}
    assert world.do(install.upgrade, [], actor="test", say=world.said.append) == [name]
    assert world.states() == {name: "enabled"}
    assert world.scalar(f"SELECT count(*) FROM {name}_thing WHERE name = '1.0'") == 1
    assert world.do(install.upgrade, [], actor="test", say=world.said.append) == []


def test_first_rows_are_made_once_and_kept_data_are_upgraded(world: World, unique: Callable[[str], str]) -> None:
    name = unique("kept")
    world.with_table(name)

    def names() -> list[str]:
        query = text(f"SELECT name FROM {name}_thing ORDER BY created_at")
        return [*world.do(lambda: session().scalars(query).all())]

    world.install(name)
    world.uninstall(name, "keep")
    world.install(name)
    assert names() == ["seed"]
    world.uninstall(name, "keep")
    world.site.add(
        name, {"__init__.py": UPGRADED.format(name=name, line="session().add(Thing(name=before))")}, version="1.1"
    )
    sys.modules.pop(f"asoud_{name}")  # as in a process that begins now
    world.install(name)
    assert names() == ["seed", "1.0"]
    world.with_table(name, version="1.1")
    sys.modules.pop(f"asoud_{name}")
    world.uninstall(name, "drop")
    world.install(name)
    assert names() == ["seed"]


def test_a_failing_on_uninstall_is_said_and_nothing_goes(world: World, unique: Callable[[str], str]) -> None:
    name = unique("clinging")
    code = f"from addon_sdk import Addon\n\naddon = Addon(title='{name}', on_uninstall=lambda: 1 / 0)\n"
    files = {
        "__init__.py": code,
        "models.py": MODEL.format(kind="Thing"),
        "migrations/versions/one.py": MIGRATION.format(name=name),
    }
    world.site.add(name, files)
    world.install(name)
    with pytest.raises(OperatorError, match=f"on_uninstall failed, nothing .* pip uninstall asoud-{name}, then run"):
        world.uninstall(name, "drop")
    assert world.states() == {name: "enabled"}
    assert world.do(audit.history, name)[0].outcome == "failed"
    world.site.remove(name)
    del sys.modules[f"asoud_{name}"]
    world.uninstall(name, "drop")
    assert world.do(migrations.owned_tables, name) == []


def _interrupted(name: str) -> None:
    with transaction():
        state.save(name, "to_install")
    migrations.upgrade(name)


def test_only_one_process_changes_addons_at_a_time(world: World) -> None:
    def both() -> None:
        with audit.lifecycle_lock(), audit.lifecycle_lock():
            pass

    with pytest.raises(OperatorError, match="another process is changing addons"):
        world.do(both)


def test_no_other_process_changes_addons_meanwhile(world: World, unique: Callable[[str], str]) -> None:
    name = unique("locked")
    world.site.add(name)
    world.site.environment = {"DATABASE_URL": world.settings.database_url}

    def with_the_lock() -> None:
        with audit.lifecycle_lock():
            refused = world.site.asoud("addons", "install", name, code=1)
            assert "another process is changing addons right now" in refused.stderr

    world.do(with_the_lock)
    assert world.states() == {}
    world.site.asoud("addons", "install", name)
    assert world.states() == {name: "enabled"}


KILLED = """
import os, signal
from pathlib import Path
from addon_sdk import Addon, session

def seed():
    from asoud_{name}.models import Thing
    session().add(Thing(name="seed"))
    session().flush()
    if not Path(__file__).with_name("spared").exists():
        os.kill(os.getpid(), signal.SIGKILL)

addon = Addon(title="{name}", on_install=seed)
"""


def test_an_installation_that_was_killed_is_finished_by_the_next(world: World, unique: Callable[[str], str]) -> None:
    name = unique("killed")
    files = {
        "__init__.py": KILLED.format(name=name),
        "models.py": MODEL.format(kind="Thing"),
        "migrations/versions/one.py": MIGRATION.format(name=name),
    }
    package = world.site.add(name, files)
    world.site.environment = {"DATABASE_URL": world.settings.database_url}
    assert world.site.asoud("addons", "install", name, code=None).returncode == -signal.SIGKILL
    assert world.states() == {name: "to_install"}
    assert world.scalar(f"SELECT count(*) FROM {name}_thing") == 0
    (package / "spared").touch()
    world.do(_write, "DELETE FROM kernel_lease")  # which would end by itself, half a minute after its holder
    assert world.install(name) == [name]
    assert world.states() == {name: "enabled"}
    assert world.scalar(f"SELECT count(*) FROM {name}_thing") == 1
    outcomes = [item.outcome for item in world.do(audit.history, name)]
    assert outcomes == ["done", "started"]


def test_a_refusal_is_in_the_audit_trail(world: World, unique: Callable[[str], str]) -> None:
    name = unique("audited")

    def fails() -> None:
        with audit.action(name, "install", "test"):
            raise OperatorError("no")

    with pytest.raises(OperatorError):
        world.do(fails)
    record = world.do(audit.history, name)[0]
    assert (record.outcome, record.detail["error"]) == ("failed", "no")


def test_the_row_of_an_unknown_addon_is_none(world: World) -> None:
    assert world.do(state.row_of, "nobody") is None
    assert world.do(lambda: session().query(AddonState).count()) == 0
