"""Which addons pip has put here: one entry point each, read from distribution metadata without importing anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from importlib.metadata import Distribution, EntryPoint, distributions
from typing import cast

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from kernel.context import KERNEL

GROUP = "asoud.addons"
PLATFORM_DISTRIBUTION = "asoud"
_PLATFORM_PACKAGES = {"kernel", "addon_sdk", "config", "migrations"}


@dataclass(frozen=True)
class Candidate:
    """An addon as its package metadata tells it, before any of its code has run."""

    name: str
    package: str
    entry_point: EntryPoint = field(compare=False)
    distribution: str
    version: str
    summary: str
    authors: str
    license: str
    requires: tuple[Requirement, ...] = field(compare=False)
    unreadable: tuple[str, ...] = ()
    """What its metadata says and nobody can read, each with the rule; such an addon is not loaded."""

    @property
    def kernel_range(self) -> SpecifierSet | None:
        """The versions of `asoud` that it works with, or None when it names none."""
        for requirement in self.requires:
            if canonicalize_name(requirement.name) == PLATFORM_DISTRIBUTION:
                return requirement.specifier
        return None


def _candidates(distribution: Distribution) -> list[Candidate]:
    """The addons of one distribution. What an interrupted pip has left behind has none: it isn't installed."""
    entry_points = distribution.entry_points.select(group=GROUP)
    if not entry_points or not (distribution.read_text("METADATA") or distribution.read_text("PKG-INFO")):
        return []
    metadata = cast(Message, distribution.metadata)  # which it is; the protocol's type leaves `get` out
    return [_candidate(distribution, metadata, item) for item in entry_points] if metadata["Name"] else []


def _candidate(distribution: Distribution, metadata: Message, entry_point: EntryPoint) -> Candidate:
    requires, unreadable = _requirements(distribution)
    module = entry_point.value.partition(":")[0].strip()
    if not all(part.isidentifier() for part in module.split(".")):
        unreadable.append(f"the entry point {entry_point.value!r} names no module; write <package>:addon.")
    return Candidate(
        name=entry_point.name,
        package=module.partition(".")[0],
        entry_point=entry_point,
        distribution=canonicalize_name(metadata["Name"]),
        version=metadata.get("Version", ""),
        summary=metadata.get("Summary", ""),
        authors=metadata.get("Author-email") or metadata.get("Author") or "",
        license=metadata.get("License-Expression") or metadata.get("License") or "",
        requires=tuple(requires),
        unreadable=tuple(unreadable),
    )


def _requirements(distribution: Distribution) -> tuple[list[Requirement], list[str]]:
    """What it requires here, and a sentence for each requirement that cannot be read."""
    found, unreadable = [], []
    for text in distribution.requires or ():
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            unreadable.append(f"its requirement {text!r} cannot be read; write it like 'name>=1.2'.")
            continue
        if requirement.marker is None or requirement.marker.evaluate():
            found.append(requirement)
    return found, unreadable


def discover() -> list[Candidate]:
    """Every addon entry point of this environment, duplicates of a name included, in the order of names.

    A distribution that stands on ``sys.path`` twice (an editable install and its folder, say) counts once.
    """
    found: dict[tuple[str, str], Candidate] = {}
    for distribution in distributions():
        for candidate in _candidates(distribution):
            found.setdefault((candidate.name, candidate.distribution), candidate)
    _names.update({candidate.package: candidate.name for candidate in found.values()})
    return sorted(found.values(), key=lambda candidate: (candidate.name, candidate.distribution))


_names: dict[str, str] = {}
"""Addons by their package, as the looks so far found them: a look reads the metadata of every distribution."""


def owner_of(module: str) -> str:
    """Name of the addon that the module stands in; ``kernel`` for the platform's own packages.

    A package without an entry point (a test's, say) owns itself: its name without the prefix ``asoud_``.
    """
    package = module.partition(".")[0]
    if package in _PLATFORM_PACKAGES:
        return KERNEL
    if not _names:
        discover()
    return _names.get(package) or package.removeprefix("asoud_")


def package_of(addon: str) -> str | None:
    """The import package of the addon, by its entry point; None when pip has put none of that name here.

    Looks anew before it says None: pip may have run since this process began.
    """
    if addon not in _names.values():
        discover()
    return next((package for package, name in _names.items() if name == addon), None)
