"""The doctor's look at this machine: settings, secrets, data folder, packages."""

from __future__ import annotations

import os
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import config
import kernel
from config import Settings, unknown_variables
from config.settings import DEFAULT_SECRET
from kernel.addons.discovery import PLATFORM_DISTRIBUTION, discover
from kernel.operations.findings import Finding, error, ok, warning

LEAST_FREE_BYTES = 200 * 1_048_576
PINS = Path(kernel.__file__).parent.parent / "constraints.txt"
"""There only in a checkout: the versions that the platform is tested with."""


def secrets(settings: Settings) -> Iterator[Finding]:
    """Whether the site's secret is its own."""
    make = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(48))' and set ASOUD_SECRET_KEY to it."
    if settings.secret_key == DEFAULT_SECRET:
        yield warning("secrets", "the secret is the default one, which everybody knows.", make)
    elif len(settings.secret_key) < 32:
        yield warning("secrets", "the secret is shorter than 32 characters.", make)
    else:
        yield ok("secrets", "the site has a secret of its own.")
    if settings.debug:
        yield warning("debug", "debug is on: errors show code to strangers.", "Remove ASOUD_DEBUG.")


def variables() -> Iterator[Finding]:
    """Whether every variable that looks like a setting is one."""
    known = [item.name.upper() for item in fields(Settings)]
    for name in unknown_variables():
        near = get_close_matches(name.removeprefix("ASOUD_"), known, 1)
        mend = f"Is ASOUD_{near[0]} meant?" if near else "Remove it; docs/operator.md names all settings."
        yield warning("variables", f"{name} is set, but there is no such setting.", mend)


def data_folder(settings: Settings) -> Iterator[Finding]:
    """Whether the data folder can be written to and has room."""
    folder = settings.data_dir
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        mend = "Set ASOUD_DATA_DIR to a folder that this user can write to."
        yield error("data folder", f"{folder} can't be written to.", mend)
        return
    free = shutil.disk_usage(nearest).free
    if free < LEAST_FREE_BYTES:
        yield error("data folder", f"only {free // 1_048_576} MiB are free at {folder}.", "Make room on that disk.")
    else:
        yield ok("data folder", f"{folder.absolute()}, {free // 1_073_741_824} GiB free.")


def packages() -> Iterator[Finding]:
    """Whether the imported packages are the platform's own, and the distributions fit each other."""
    yield from _own_packages()
    faults = [*_requirements(), *_pins(), *_duplicates()]
    yield from faults or [ok("packages", "all requirements are met, and no two addons share a name.")]


def _own_packages() -> Iterator[Finding]:
    home = Path(kernel.__file__).parent.parent
    for name, place in (("config", Path(config.__file__).parent), ("migrations", home / "migrations")):
        if place.parent != home or not place.is_dir():
            mend = f"Rename the other folder called {name!r}, or reinstall asoud with editable_mode=compat."
            yield error("packages", f"{name!r} is imported from {place}, which isn't the platform's ({home}).", mend)
    if spec := _shadow("migrations", home):
        mend = "Rename it: commands that are started there would find it first."
        yield warning("packages", f"{spec} stands before the platform's own 'migrations' on Python's path.", mend)


def _shadow(name: str, home: Path) -> Path | None:
    for entry in sys.path:
        found = Path(entry or ".").absolute() / name
        if found.is_dir():
            return None if found.resolve() == (home / name).resolve() else found
    return None


def _requirements() -> Iterator[Finding]:
    names = {PLATFORM_DISTRIBUTION, *(candidate.distribution for candidate in discover())}
    for name in sorted(names):
        for text in distribution(name).requires or ():
            requirement = Requirement(text)
            if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
                continue
            if finding := _unmet(name, requirement):
                yield finding


def _unmet(owner: str, requirement: Requirement) -> Finding | None:
    mend = f"Run: pip install '{requirement}'"
    try:
        here = version(requirement.name)
    except PackageNotFoundError:
        return error("packages", f"{owner} needs {requirement}, which isn't installed.", mend)
    if not requirement.specifier.contains(here, prereleases=True):
        return error("packages", f"{owner} needs {requirement}, but {here} is installed.", mend)
    return None


def _pins() -> Iterator[Finding]:
    if not PINS.exists():
        return
    for line in PINS.read_text().splitlines():
        name, equal, pinned = line.partition("==")
        if not equal or line.startswith("#"):
            continue
        try:
            here = version(name)
        except PackageNotFoundError:  # a package for other kinds of installation
            continue
        if here != pinned:
            mend = f"Run: pip install '{name}=={pinned}'"
            yield warning("packages", f"{name} {here} isn't the tested {pinned}.", mend)


def _duplicates() -> Iterator[Finding]:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for candidate in discover():
        owners[candidate.name].append(canonicalize_name(candidate.distribution))
    for name, distributions in owners.items():
        if len(distributions) > 1:
            mend = f"Uninstall all but one: pip uninstall {distributions[-1]}"
            yield error("packages", f"{' and '.join(distributions)} both offer the addon {name!r}.", mend)
