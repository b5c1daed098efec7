"""What addon modules offer, collected while they are imported.

Decorators and constructors of the SDK call `contribute`; the owner is known by the module that the code stands in,
so it doesn't matter who imports a module first. The registry later takes the contributions of usable addons only.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from kernel.addons.discovery import owner_of


@dataclass(frozen=True, slots=True)
class Contribution:
    """One thing that an addon adds. ``key`` is its public name, unique among all addons for its ``kind``."""

    kind: str
    key: str
    owner: str
    module: str
    value: Any


_by_owner: defaultdict[str, dict[tuple[str, str, str], Contribution]] = defaultdict(dict)


def contribute(kind: str, key: str, value: object, *, module: str) -> Contribution:
    """Record that ``module`` offers ``value``. A module that is imported again replaces what it offered before."""
    contribution = Contribution(kind, key, owner_of(module), module, value)
    _by_owner[contribution.owner][kind, key, module] = contribution
    return contribution


def contributions_of(owner: str) -> tuple[Contribution, ...]:
    """Everything that the addon ``owner`` has offered so far, in the order of its code."""
    return tuple(_by_owner[owner].values())
