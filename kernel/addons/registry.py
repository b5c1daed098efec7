"""What this process has loaded: addons, what they contribute, and who is quarantined and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kernel.addons.contributions import Contribution
from kernel.addons.declaration import Addon
from kernel.addons.discovery import Candidate
from kernel.addons.graph import Fault, Graph


@dataclass(frozen=True)
class LoadedAddon:
    """An addon whose code this process has imported and wired."""

    candidate: Candidate
    declaration: Addon
    modules: tuple[str, ...]

    @property
    def name(self) -> str:
        """The entry point's name."""
        return self.candidate.name


@dataclass
class Registry:
    """Filled once, by the loader; afterwards only read."""

    graph: Graph
    boot_generation: int = 0
    """The boot generation whose addons these are: read before they were loaded."""
    loaded: dict[str, LoadedAddon] = field(default_factory=dict)
    faults: dict[str, tuple[Fault, ...]] = field(default_factory=dict)
    _by_kind: defaultdict[str, list[Contribution]] = field(default_factory=lambda: defaultdict(list))
    _by_key: dict[tuple[str, str], Contribution] = field(default_factory=dict)

    def contributions(self, kind: str) -> tuple[Contribution, ...]:
        """All of one kind from usable addons, the kernel's first, then in load order."""
        return tuple(self._by_kind[kind])

    def find(self, kind: str, key: str) -> Contribution | None:
        """The contribution with that public name, or None."""
        return self._by_key.get((kind, key))

    def clashes(self, contributions: Iterable[Contribution]) -> list[tuple[Contribution, Contribution]]:
        """Pairs (new, already there) that have the same kind and key but different owners, or modules of one owner.

        Two modules may implement one hook by functions of one name; both are called.
        """
        found: list[tuple[Contribution, Contribution]] = []
        mine: dict[tuple[str, str], Contribution] = {}
        for new in contributions:
            there = self._by_key.get((new.kind, new.key))
            if there is None or there.owner == new.owner:
                there = mine.setdefault((new.kind, new.key), new)
            if (there.owner, there.module) != (new.owner, new.module) and (
                new.kind != "hook" or there.owner != new.owner
            ):
                found.append((new, there))
        return found

    def add(self, contributions: Iterable[Contribution]) -> None:
        """Take contributions that have passed every check."""
        for contribution in contributions:
            self._by_kind[contribution.kind].append(contribution)
            self._by_key[contribution.kind, contribution.key] = contribution

    def quarantine(self, name: str, faults: Iterable[Fault]) -> None:
        """Keep ``name`` out, for these reasons."""
        self.faults[name] = (*self.faults.get(name, ()), *faults)

    def all_faults(self) -> list[Fault]:
        """Every reason for every quarantined addon, by name."""
        return [fault for name in sorted(self.faults) for fault in self.faults[name]]
