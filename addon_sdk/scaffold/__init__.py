"""`asoud addons new`: writes a complete, tested addon to start from."""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from kernel import __version__
from kernel.addons.graph import RESERVED
from kernel.errors import OperatorError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


def write(name: str, into: Path) -> list[str]:
    """Write the addon ``name`` into the folder ``into``/``name``; lines that say what was made and what to do next.

    Raises OperatorError for a name that cannot be, or a folder that is there already.
    """
    if not _NAME.match(name) or name in RESERVED:
        raise OperatorError(
            f"{name!r}: is no addon name. Use lower-case letters, digits and _, a letter first, up to 40."
        )
    target = into / name
    if target.exists():
        raise OperatorError(f"{target}: is there already. Choose another name, or --into another folder.")
    words = {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "dist": name.replace("_", "-"),
        "platform": ".".join(__version__.split(".")[:2]) + ".0",
    }
    count = _copy(files("addon_sdk.scaffold") / "template", target, words)
    return [
        f"Wrote {count} files to {target}.",
        f"Next: pip install -e {target} && asoud addons install {name}",
        f"Test it: pip install 'asoud[testing]' && pytest {target}",
    ]


def _copy(source: Traversable, target: Path, words: dict[str, str]) -> int:
    """Copy a folder of templates; each ends in ``.txt``, and the folder ``package`` becomes the import package."""
    target.mkdir(parents=True)
    count = 0
    for item in source.iterdir():
        if item.is_dir():
            folder = f"asoud_{words['name']}" if item.name == "package" else item.name
            count += _copy(item, target / folder, words)
        elif item.name.endswith(".txt"):
            text = Template(item.read_text(encoding="utf-8")).substitute(words)
            (target / item.name.removesuffix(".txt")).write_text(text, encoding="utf-8")
            count += 1
    return count
