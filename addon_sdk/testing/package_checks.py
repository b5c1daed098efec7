"""Checks of an addon's package: its imports are what it declares, and its wheel carries all of it."""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from kernel.addons.discovery import PLATFORM_DISTRIBUTION, Candidate, discover

OPEN_MODULES = {"services", "models", "schemas", "events", "hookspecs", "testing"}
"""What one addon may import of another that it requires."""
OF_THE_PLATFORM = {"flask", "sqlalchemy", "marshmallow", "click", "werkzeug", "alembic", "orjson", "structlog"}
"""Libraries that come with the platform and that an addon may use without naming them."""


def _folder(candidate: Candidate) -> Path:
    import importlib.util

    spec = importlib.util.find_spec(candidate.package)
    places = spec.submodule_search_locations if spec else None
    assert places  # it has been discovered, and is a package
    return Path(next(iter(places)))


def _imports(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every module that the package's files import, with the file; relative imports are its own."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield path, node.module
                yield from ((path, f"{node.module}.{alias.name}") for alias in node.names if "." not in node.module)


def imports_are_declared(candidate: Candidate) -> list[str]:
    """It imports `addon_sdk`, what its distribution requires, and of other addons only their open modules."""
    declared = {canonicalize_name(requirement.name) for requirement in candidate.requires}
    addons = {other.package: other for other in discover()}
    distributions = packages_distributions()
    found = []
    for path, module in _imports(_folder(candidate)):
        root, _, rest = module.partition(".")
        if root in sys.stdlib_module_names or root in (candidate.package, "addon_sdk") or root in OF_THE_PLATFORM:
            continue
        if root in ("kernel", "config", "migrations"):
            found.append(f"{path}: imports {module}, which is private; take it from addon_sdk.")
        elif root in addons and addons[root].distribution not in declared:
            found.append(f"{path}: imports {module}; require {addons[root].distribution}, or speak to it by name.")
        elif root in addons and rest and rest.partition(".")[0] not in OPEN_MODULES:
            found.append(f"{path}: imports {module}; of another addon only {', '.join(sorted(OPEN_MODULES))} are open.")
        elif root not in addons and not declared & {canonicalize_name(name) for name in distributions.get(root, ())}:
            found.append(f"{path}: imports {module}; require its distribution in pyproject.toml.")
    unused = {other.distribution for other in addons.values()} & declared - {
        addons[module.partition(".")[0]].distribution
        for _, module in _imports(_folder(candidate))
        if module.partition(".")[0] in addons
    }
    if PLATFORM_DISTRIBUTION not in declared:
        found.append(f"{candidate.distribution}: doesn't require asoud; add 'asoud ~= 0.1.0' to its dependencies.")
    found += [f"{candidate.distribution}: requires {name} but imports nothing of it." for name in sorted(unused)]
    return list(dict.fromkeys(found))


_EMPTY_ERRORS = ("subprocess-exited-with-error", "metadata-generation-failed")


def package_data_is_in_the_wheel(candidate: Candidate) -> list[str]:
    """Every file of the package (translations, data, migrations) is in the wheel that its project builds."""
    from addon_sdk.testing.conformance import source_folder

    project = source_folder(candidate)
    if project is None:
        return []
    with tempfile.TemporaryDirectory(prefix="asoud-wheel-") as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--no-deps",
            "--no-build-isolation",
            "--quiet",
            "-w",
            folder,
            str(project),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            return [f"{project}: no wheel can be built: {_reason(done.stderr)}"]
        wheel = next(Path(folder).glob("*.whl"))
        packed = set(zipfile.ZipFile(wheel).namelist())
    package = project / candidate.package
    here = {str(p.relative_to(project)) for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    return [f"{name}: is not in the wheel; add it to package data in pyproject.toml." for name in sorted(here - packed)]


def _reason(said: str) -> str:
    """The lines of pip's complaint that tell what was wrong; its first and last ones only say that something was."""
    lines = [line.strip() for line in said.splitlines()]
    errors = [line for line in lines if "error: " in line.lower() and not line.endswith(_EMPTY_ERRORS)]
    return "; ".join(errors or lines[-1:])
