"""The generic checks that every addon passes; one line in its tests: ``test_conformance = conformance("name")``."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from addon_sdk.testing.package_checks import imports_are_declared, package_data_is_in_the_wheel
from addon_sdk.testing.readme_checks import readme_is_complete
from kernel.addons.discovery import Candidate, discover
from kernel.errors import OperatorError

if TYPE_CHECKING:
    from _pytest.mark import MarkDecorator

Check = Callable[[Candidate], list[str]]


@functools.cache
def probe(names: tuple[str, ...], subject: str, database_url: str = "") -> dict[str, Any]:
    """What a fresh deployment with just ``names`` installed finds out about ``subject``.

    In a process of its own, because models that were mapped once cannot be unmapped.
    """
    with tempfile.TemporaryDirectory(prefix="asoud-check-") as folder:
        command = [sys.executable, "-P", "-m", "addon_sdk.testing.probe", folder, database_url, subject, *names]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        return {
            "problems": [done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "the probe failed"],
            "offers": {},
        }
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def works_alone(candidate: Candidate) -> list[str]:
    """Installs alone in strict mode; migrations run up, down and up again, and match the models."""
    found: list[str] = probe((candidate.name,), candidate.name)["problems"]
    return found


def works_with_all_others(candidate: Candidate) -> list[str]:
    """Installs beside every other addon that is here: no route, name, event, setting or command clashes."""
    names = tuple(sorted({other.name for other in discover()}))
    found: list[str] = probe(names, candidate.name)["problems"]
    return found


def readme_names_everything(candidate: Candidate) -> list[str]:
    """The README names every endpoint, hook, event, permission, setting, job and command, and none that is gone."""
    return readme_is_complete(candidate, probe((candidate.name,), candidate.name)["offers"])


CHECKS: tuple[Check, ...] = (
    imports_are_declared,
    works_alone,
    works_with_all_others,
    readme_names_everything,
    package_data_is_in_the_wheel,
)


def candidate_named(name: str) -> Candidate:
    """The addon of that name. Raises OperatorError when there is none."""
    for candidate in discover():
        if candidate.name == name:
            return candidate
    raise OperatorError(f"{name}: there is no such addon here. Run: pip install -e <its folder>")


def conformance(name: str) -> Callable[[Check], None]:
    """A test, for an addon's own suite, that runs every generic check on it."""
    import pytest

    each_check: MarkDecorator = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)

    @each_check
    def test_conformance(check: Check) -> None:
        problems = check(candidate_named(name))
        assert not problems, "\n".join(problems)

    return test_conformance


def run_checks(names: Sequence[str], say: Callable[[str], None] = print) -> int:
    """Run every check on the named addons, or on all; 0 when all pass, else 1. For ``asoud addons check``."""
    failed = 0
    for name in names or sorted({candidate.name for candidate in discover()}):
        for check in CHECKS:
            problems = check(candidate_named(name))
            failed += len(problems)
            say(f"{'ok  ' if not problems else 'FAIL'} {name}: {check.__name__.replace('_', ' ')}")
            for problem in problems:
                say(f"       {problem}")
    say(f"{failed} problems." if failed else "Every check passes.")
    return 1 if failed else 0


def source_folder(candidate: Candidate) -> Path | None:
    """The folder of the addon's ``pyproject.toml``, or None when it was installed from a wheel."""
    import importlib.util

    spec = importlib.util.find_spec(candidate.package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return next(
        (folder for place in places for folder in [Path(place).parent] if (folder / "pyproject.toml").is_file()), None
    )
