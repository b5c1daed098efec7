"""Broken addons stop nothing but themselves and their dependents; each is shown with its reason and mend."""

from __future__ import annotations

from tests.addons.packages import Site

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
    "noaddon": ({"__init__.py": "addon = 1\n"}, "import_error", "must name an Addon"),
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
}


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
    site.add("above", {"__init__.py": HELLO.format(name="above")}, requires=["asoud-imports"])
    site.add("kernelrange", requires=["asoud>=99"])
    site.pretend_installed("base", "above", "kernelrange", *BROKEN)

    infos = {info["name"]: info for info in site.json("addons", "list")}
    assert infos["base"]["state"] == "enabled"
    for name, (_, code, reason) in BROKEN.items():
        fault = infos[name]["faults"][0]
        assert infos[name]["state"] == "quarantined", name
        assert (fault["code"], reason in fault["reason"]) == (code, True), fault
        assert fault["mend"] or name == "permission", fault
    above = infos["above"]["faults"][0]
    assert (above["code"], above["chain"]) == ("dependency", ["above", "imports"])
    assert infos["kernelrange"]["faults"][0]["code"] == "kernel_version"

    served = site.python(
        "from kernel.app import create_app\n"
        "client = create_app().test_client()\n"
        "print(client.get('/api/v1/base/greetings').json, client.get('/api/v1/above/greetings').status_code)\n"
    )
    assert served.stdout.splitlines()[-1] == "{'greeting': 'base'} 404"
    refused = site.python("from kernel.app import create_app\ncreate_app()\n", code=None, ASOUD_STRICT="1")
    assert refused.returncode == 1
    assert all(f"{name}: " in refused.stderr for name in BROKEN)


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


def test_a_package_that_is_gone_is_reported_missing_and_can_be_uninstalled(site: Site) -> None:
    site.add("hello", {"__init__.py": HELLO.format(name="hello")})
    site.asoud("addons", "install", "hello")
    site.remove("hello")
    info = site.json("addons", "list")[-1]
    assert (info["name"], info["state"], info["faults"][0]["code"]) == ("hello", "missing", "missing")
    site.asoud("addons", "uninstall", "hello", "--drop", "--yes")
    assert "hello" not in {info["name"] for info in site.json("addons", "list")}
