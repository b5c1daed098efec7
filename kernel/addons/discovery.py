"""Which addons pip has put here: one entry point each, read from distribution metadata without importing anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from importlib.metadata import Distribution, EntryPoint, distributions
from typing import cast

from packaging.requirements import Requirement
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

    @property
    def kernel_range(self) -> SpecifierSet | None:
        """The versions of `asoud` that it works with, or None when it names none."""
        for requirement in self.requires:
            if canonicalize_name(requirement.name) == PLATFORM_DISTRIBUTION:
                return requirement.specifier
        return None


def _candidate(distribution: Distribution, entry_point: EntryPoint) -> Candidate:
    metadata = cast(Message, distribution.metadata)  # which it is; the protocol's type leaves `get` out
    requires = (Requirement(text) for text in distribution.requires or ())
    return Candidate(
        name=entry_point.name,
        package=entry_point.module.partition(".")[0],
        entry_point=entry_point,
        distribution=canonicalize_name(metadata["Name"]),
        version=distribution.version,
        summary=metadata.get("Summary", ""),
        authors=metadata.get("Author-email") or metadata.get("Author") or "",
        license=metadata.get("License-Expression") or metadata.get("License") or "",
        requires=tuple(item for item in requires if item.marker is None or item.marker.evaluate()),
    )


def discover() -> list[Candidate]:
    """Every addon entry point of this environment, duplicates of a name included, in the order of names.

    A distribution that stands on ``sys.path`` twice (an editable install and its folder, say) counts once.
    """
    found: dict[tuple[str, str], Candidate] = {}
    for distribution in distributions():
        for entry_point in distribution.entry_points.select(group=GROUP):
            candidate = _candidate(distribution, entry_point)
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
