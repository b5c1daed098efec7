"""Broken addons stop nothing but themselves and their dependents; each is shown with its reason and mend."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.addons.packages import MIGRATION, Site

HELLO = """
from addon_sdk import Addon, Blueprint, public

addon = Addon(title="{name}")
blp = Blueprint("{name}", description="Greets.")

@blp.get("/greetings")
@public
def get_greeting_of_{name}() -> dict[str, str]:
    \"\"\"Greet.\"\"\"
    return {{"greeting": "{name}"}}
"""

MODEL = """
from sqlalchemy.orm import Mapped
from addon_sdk import Model

class Thing(Model):
    name: Mapped[str]
"""

PUBLIC_HOOK = "from addon_sdk import hookspec\n\n@hookspec.collect\ndef kinds(order):\n    pass\n"

BROKEN: dict[str, tuple[dict[str, str], str, str]] = {
    "imports": ({"services.py": "import no_such_module\n"}, "import_error", "No module named 'no_such_module'"),
    "syntax": ({"services.py": "def broken(:\n"}, "import_error", "SyntaxError"),
    "exits": ({"services.py": "raise SystemExit(3)\n"}, "import_error", "SystemExit"),
    "noaddon": ({"__init__.py": "addon = 1\n"}, "import_error", "must name an Addon"),
    "listed": (
        {"__init__.py": "from addon_sdk import Addon\naddon = Addon(title='x', permissions=['listed.edit'])\n"},
        "import_error",
        "Addon(permissions=['listed.edit']) must be a dict of texts by name",
    ),
    "nomigration": ({"models.py": MODEL}, "model_without_migration", "nomigration_thing"),
    "openroute": (
        {
            "views.py": "from addon_sdk import Blueprint\nblp = Blueprint('openroute')\n\n"
            "@blp.get('/x')\ndef get_x():\n    'X.'\n"
        },
        "route",
        "doesn't say who may call it",
    ),
    "hooktypo": (
        {"hooks.py": "from addon_sdk import hook\n\n@hook('base.kindz')\ndef mine(order):\n    pass\n"},
        "hook",
        "doesn't exist",
    ),
    "hookargs": (
        {"hooks.py": "from addon_sdk import hook\n\n@hook('base.kinds')\ndef mine(other):\n    pass\n"},
        "hook",
        "wrong signature",
    ),
    "hookreplaces": (
        {"services.py": "from addon_sdk import replaces\n\n@replaces('base.prise')\ndef mine(order):\n    pass\n"},
        "replacement",
        "service 'base.prise' doesn't exist",
    ),
    "permission": (
        {"__init__.py": "from addon_sdk import Addon\naddon = Addon(title='x', permissions={'other.edit': 'Edit'})\n"},
        "declaration",
        "must start with 'permission.'",
    ),
    "zsocket": (
        {"sockets.py": "from addon_sdk import Namespace\n\nclass Mine(Namespace):\n    namespace = '/base'\n"},
        "clash",
        "is also offered by base",
    ),
    "badsocket": (
        {
            "sockets.py": "from addon_sdk import Namespace, on_event\n\n"
            "class Mine(Namespace):\n    namespace = '/badsocket'\n\n"
            "    @on_event('x')\n    def x(self, data):\n        pass\n"
        },
        "socket",
        "says not who may send it",
    ),
    "mapping": (
        {"models.py": MODEL + "    other = relationship('Nowhere')\n\nfrom sqlalchemy.orm import relationship\n"},
        "import_error",
        "relationship",
    ),
    "routetwice": (
        {
            f"{module}.py": "from addon_sdk import Blueprint, public\n"
            f"blp = Blueprint('routetwice_{module}', description='X.')\n\n"
            "@blp.get('/x')\n@public\n"
            f"def get_{module}() -> dict[str, str]:\n    'X.'\n    return {{}}\n"
            for module in ("views", "jobs")
        },
        "route",
        "GET /api/v1/routetwice/x",
    ),
    "commandtwice": (
        {
            f"{module}.py": "from addon_sdk import command\n\n@command('go')\ndef go() -> None:\n    'Go.'\n"
            for module in ("jobs", "services")
        },
        "clash",
        "command 'commandtwice go' of commandtwice (asoud_commandtwice.",
    ),
    "eventtwice": (
        {
            f"{module}.py": "from addon_sdk import event\n\n@event('eventtwice.said')\n"
            "class Said:\n    'Said.'\n    text: str\n"
            for module in ("events", "services")
        },
        "clash",
        "event 'eventtwice.said@1' of eventtwice",
    ),
    "alienevent": (
        {"events.py": "from addon_sdk import event\n\n@event('base.said')\nclass Said:\n    'Said.'\n    text: str\n"},
        "import_error",
        "must be called 'alienevent.",
    ),
    "failing": (
        {
            "migrations/__init__.py": "",
            "migrations/versions/__init__.py": "",
            "migrations/versions/one.py": "from alembic import op\n\nrevision = 'failing_1'\ndown_revision = None\n"
            "branch_labels = None\ndepends_on = None\n\ndef upgrade():\n    op.execute('SELECT no_such_column')\n",
        },
        "schema_behind",
        "its code is at schema failing_1, the database at none",
    ),
}
UNMEETABLE: dict[str, tuple[list[str], str]] = {
    "above": (["asoud-imports"], "dependency"),
    "circle": (["asoud-round"], "cycle"),
    "kernelrange": (["asoud>=99"], "kernel_version"),
    "lonely": (["no-such-distribution"], "missing_dependency"),
    "norequirement": (["asoud (new"], "metadata"),
    "round": (["asoud-circle"], "cycle"),
}
"""Addons whose code is fine: what they require, and the code of their fault."""
SHOWN = """
import json
from addon_sdk.testing.callers import log_in
from kernel.app import create_app

app = create_app()
caller = log_in(app, user_id=None, roles=(), permissions=["kernel.addons"])
shown = {"rest": {item["name"]: item for item in caller.get("/api/v1/kernel/addons").json["items"]}}
shown["one"] = {name: caller.get(f"/api/v1/kernel/addons/{name}").json for name in shown["rest"]}
print(json.dumps(shown))
"""

READY = """
import json
from kernel.app import create_app

print(json.dumps(create_app().test_client().get("/health/ready").json))
"""


@pytest.mark.timeout(600)
def test_every_kind_of_broken_addon_is_quarantined_and_the_rest_serves(site: Site) -> None:
    site.add(
        "base",
        {
            "__init__.py": HELLO.format(name="base"),
            "hookspecs.py": PUBLIC_HOOK,
            "sockets.py": BROKEN["zsocket"][0]["sockets.py"],
        },
    )
    for name, (files, _, _) in BROKEN.items():
        site.add(name, files, requires=["asoud-base"] if name.startswith("hook") else [])
    for name, (requires, _) in UNMEETABLE.items():
        site.add(name, {"__init__.py": HELLO.format(name=name)}, requires=requires)
    for order in ("one", "other"):
        site.add("twin", distribution=f"asoud-{order}-twin", package=f"asoud_{order}_twin")
    site.add("doctor")
    site.add("noentry", entry_point="asoud-noentry:addon")
    left_behind = site.add("halfgone", package="asoud_halfgone").parent / "asoud_halfgone.dist-info" / "METADATA"
    left_behind.unlink()
    site.pretend_installed("base", *BROKEN, *UNMEETABLE)

    infos = {info["name"]: info for info in site.json("addons", "list")}
    assert infos["base"]["state"] == "enabled"
    for name, (_, code, reason) in BROKEN.items():
        fault = infos[name]["faults"][0]
        assert infos[name]["state"] == "quarantined", name
        assert (fault["code"], reason in fault["reason"]) == (code, True), fault
    for name, (_, code) in UNMEETABLE.items():
        assert (infos[name]["state"], infos[name]["faults"][0]["code"]) == ("quarantined", code), infos[name]
    assert infos["above"]["faults"][0]["chain"] == ["above", "imports"]
    assert (infos["twin"]["faults"][0]["code"], infos["doctor"]["faults"][0]["code"]) == ("duplicate_name", "name")
    assert (infos["noentry"]["state"], infos["noentry"]["faults"][0]["code"]) == ("quarantined", "metadata")
    assert "halfgone" not in infos
    shown = (*BROKEN, *UNMEETABLE, "twin", "doctor", "noentry")
    check_it_is_shown_everywhere(site, {name: infos[name] for name in shown})

    served = site.python(
        "from kernel.app import create_app\n"
        "client = create_app().test_client()\n"
        "print(client.get('/api/v1/base/greetings').json, client.get('/api/v1/above/greetings').status_code)\n"
    )
    assert served.stdout.splitlines()[-1] == "{'greeting': 'base'} 404"
    refused = site.python("from kernel.app import create_app\ncreate_app()\n", code=None, ASOUD_STRICT="1")
    assert refused.returncode == 1
    assert all(f"{name}: " in refused.stderr for name in BROKEN)


def check_it_is_shown_everywhere(site: Site, broken: dict[str, Any]) -> None:
    """List, info and REST say the same reasons and mends, each of which says something."""
    listed = site.asoud("addons", "list").stdout
    shown = json.loads(site.python(SHOWN).stdout.splitlines()[-1])
    for name, info in broken.items():
        told = [shown["rest"][name]["faults"], shown["one"][name]["faults"]]
        if name in ("imports", "zsocket", "circle", "failing"):  # each in a process of its own, so not all of them
            told.append(site.json("addons", "info", name)["faults"])
        for faults in told:
            assert [(fault["reason"], fault["mend"]) for fault in faults] == [
                (fault["reason"], fault["mend"]) for fault in info["faults"]
            ]
        for fault in info["faults"]:
            assert len(fault["mend"]) > 10, fault
            assert f"! {name}: {fault['reason']}" in listed
            assert fault["mend"] in listed


def test_a_failing_migration_leaves_its_addon_quarantined(site: Site) -> None:
    site.add("failing", BROKEN["failing"][0])
    site.pretend_installed("failing")
    refused = site.asoud("addons", "upgrade", "failing", code=1)
    assert "failing: " in refused.stderr
    assert "no such column: no_such_column" in refused.stderr
    info = site.json("addons", "info", "failing")
    assert (info["state"], info["faults"][0]["code"]) == ("to_upgrade", "schema_behind")
    assert info["faults"][0]["mend"] == "Run: asoud addons upgrade failing"


def test_a_broken_addon_is_not_installed_and_nothing_has_changed(site: Site) -> None:
    site.add("imports", BROKEN["imports"][0])
    site.add("alone", requires=["no-such-distribution"])
    refused = site.asoud("addons", "install", "imports", code=1)
    assert "No module named 'no_such_module'" in refused.stderr
    assert "services.py:1" in refused.stderr
    refused = site.asoud("addons", "install", "alone", code=1)
    assert "pip install 'no-such-distribution'" in refused.stderr
    refused = site.asoud("addons", "install", "nobody", code=1)
    assert "there is no such addon here" in refused.stderr
    states = {info["name"]: info["state"] for info in site.json("addons", "list")}
    assert (states["imports"], states["alone"]) == ("available", "quarantined")


def test_what_the_package_says_of_itself_is_shown_by_command_and_over_rest(site: Site) -> None:
    site.add("base")
    told = {
        "version": "1.0",
        "summary": "The base.",
        "authors": "Author of base <base@example.com>",
        "license": "MIT",
    }
    over_rest = json.loads(site.python(SHOWN).stdout.splitlines()[-1])
    for shown in (site.json("addons", "info", "base"), over_rest["rest"]["base"], over_rest["one"]["base"]):
        assert told.items() <= shown.items()
    lines = site.asoud("addons", "info", "base").stdout.splitlines()
    assert {key: next(line for line in lines if line.startswith(key))[14:] for key in told} == told


def test_commands_of_an_addon_that_cannot_be_used_say_why(site: Site) -> None:
    site.add("imports", {**BROKEN["imports"][0], "cli.py": BROKEN["commandtwice"][0]["jobs.py"]})
    site.add("waiting", {"cli.py": BROKEN["commandtwice"][0]["jobs.py"]})
    site.pretend_installed("imports")
    assert "No module named 'no_such_module'" in site.asoud("imports", "go", code=1).stderr
    assert "Run: asoud addons install waiting" in site.asoud("waiting", "go", code=1).stderr
    assert "No such command 'nobody'" in site.asoud("nobody", "go", code=2).stderr
    site.asoud("addons", "install", "waiting")
    site.asoud("waiting", "go")
    site.asoud("addons", "disable", "waiting")
    assert "Run: asoud addons enable waiting" in site.asoud("waiting", "go", code=1).stderr
    unconfigured = Site(site.folder, {"ASOUD_PORT": "many"})
    assert "ASOUD_PORT: must be" in unconfigured.asoud("waiting", "go", code=1).stderr
    assert "addons" in unconfigured.asoud("--help").stdout


TABLED = """
from addon_sdk import Addon, session

def seed():
    from asoud_tabled.models import Thing
    session().add(Thing(name="seed"))

addon = Addon(title="Tabled", permissions={"tabled.edit": "Edit"}, on_install=seed)
"""


def test_uninstall_only_shows_until_it_is_told(site: Site) -> None:
    files = {"__init__.py": TABLED, "models.py": MODEL, "migrations/versions/one.py": MIGRATION.format(name="tabled")}
    site.add("tabled", files)
    site.add("above", requires=["asoud-tabled"])
    site.asoud("addons", "install", "above")
    shown = site.asoud("addons", "uninstall", "tabled")
    for line in ("table   tabled_thing: 1 rows", "needed by: above", "permissions: tabled.edit"):
        assert line in shown.stdout
    assert "Say what becomes of the data: --keep, --archive or --drop" in shown.stderr
    refused = site.asoud("addons", "uninstall", "tabled", "--drop", "--yes", code=1)
    assert "tabled is needed by above. Uninstall those first." in refused.stderr
    assert (
        "--archive-to goes with --archive"
        in site.asoud("addons", "uninstall", "tabled", "--drop", "--archive-to", "x.zip", code=2).stderr
    )
    assert site.json("addons", "info", "tabled")["state"] == "enabled"
    site.asoud("addons", "uninstall", "above", "--keep", "--yes")
    site.asoud("addons", "uninstall", "tabled", "--drop", "--yes")
    assert "has no data here" in site.asoud("addons", "uninstall", "tabled", code=1).stderr


def test_a_package_that_is_gone_is_reported_missing_and_can_be_uninstalled(site: Site) -> None:
    site.add("hello", {"__init__.py": HELLO.format(name="hello")})
    site.asoud("addons", "install", "hello")
    site.remove("hello")
    info = site.json("addons", "list")[-1]
    assert (info["name"], info["state"], info["faults"][0]["code"]) == ("hello", "missing", "missing")
    report = json.loads(site.python(READY).stdout.splitlines()[-1])
    assert (report["status"], report["missing"]) == ("behind", ["hello"])
    site.asoud("addons", "uninstall", "hello", "--drop", "--yes")
    assert "hello" not in {info["name"] for info in site.json("addons", "list")}
