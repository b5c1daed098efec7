"""Which modules of libraries a web process has imported when its app is made; prints JSON, for `libraries.py`."""

from __future__ import annotations

import json
import sys
from importlib.metadata import packages_distributions

import wsgi


def names() -> list[str]:
    """Modules of distributions that aren't ours, in the order in which this process began to import them."""
    there = packages_distributions()
    return [
        name
        for name, module in sys.modules.items()
        if getattr(module, "__spec__", None) is not None
        and any(not distribution.startswith("asoud") for distribution in there.get(name.partition(".")[0], ()))
    ]


if __name__ == "__main__":
    assert wsgi.app
    print(json.dumps(names()))
