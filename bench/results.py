"""What a benchmark gives, how it is measured in turns, and the table of all."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Turn = Callable[[], float]


@dataclass(frozen=True)
class Result:
    """One line of the table."""

    name: str
    ours: float
    reference: float
    unit: str
    ratio: float
    """Of ours to the reference: the median over neighbouring turns, so not just one number by the other."""
    target: float
    at_most: bool = False
    """Whether the ratio should be small (time, memory) instead of large (things per second)."""

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.ratio <= self.target if self.at_most else self.ratio >= self.target

    def cells(self) -> tuple[str, ...]:
        """What stands in the columns of `HEAD`."""
        wanted = f"{'≤' if self.at_most else '≥'} {self.target:g}"
        numbers = (f"{number(self.ours)} {self.unit}", f"{number(self.reference)} {self.unit}", number(self.ratio))
        return (self.name, *numbers, wanted, "yes" if self.met else "NO")


HEAD = ("", "ours", "reference", "ratio", "target", "met")


def number(value: float) -> str:
    """With two or three digits that mean something."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f}"


def table(results: Iterable[Result]) -> str:
    """All lines as a Markdown table."""
    rows = [HEAD, *(result.cells() for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    rows.insert(1, tuple("-" * width for width in widths))
    lines = (" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(f"| {line} |" for line in lines)


def in_turns(ways: Mapping[str, Turn], rounds: int) -> dict[str, list[float]]:
    """Each way in turns, so that the machine's drift hits all alike; the first round is for warming up."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for count in range(rounds + 1):
        for name, way in ways.items():
            value = way()
            if count:
                found[name].append(value)
    return found


def compared(
    name: str, ours: Sequence[float], reference: Sequence[float], unit: str, target: float, *, at_most: bool = False
) -> Result:
    """The line of two ways that were measured in turns."""
    ratio = statistics.median(mine / other for mine, other in zip(ours, reference, strict=True))
    return Result(name, statistics.median(ours), statistics.median(reference), unit, ratio, target, at_most)
