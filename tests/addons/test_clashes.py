"""Two sound addons that cannot both be here: the operator finds it in the health inbox too."""

from __future__ import annotations

from tests.addons.packages import Site
from tests.addons.test_broken import HELLO

SOCKETS = "from addon_sdk import Namespace\n\nclass Mine(Namespace):\n    namespace = '/base'\n"


def test_a_clash_stands_in_the_health_inbox_once(site: Site) -> None:
    site.add("base", {"__init__.py": HELLO.format(name="base"), "sockets.py": SOCKETS})
    site.add("later", {"sockets.py": SOCKETS})
    site.add("imports", {"services.py": "import no_such_module\n"})
    site.pretend_installed("base", "later", "imports")
    site.python("from kernel.app import create_app\ncreate_app()\ncreate_app(role='worker')\n")
    [problem] = site.json("problems", "list")
    assert {name: problem[name] for name in ("addon", "kind", "severity", "count")} == {
        "addon": "later",
        "kind": "clash",
        "severity": "error",
        "count": 2,
    }
    assert "is also offered by base" in problem["message"]
    assert "Rename it in one of them" in problem["message"]
