"""Imports of CSV and XLSX into PostgreSQL: at least 2,000 rows a second, with all checks, in memory that stays flat."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bench.catalogue import LINES
from bench.results import Result
from bench.stage import Stage, ask

ROWS, QUICK_ROWS = 20_000, 2_000
LONGER = 10
"""How many times longer the file is that must not take more memory."""
TURNS = 3
TARGET = 2_000.0
MOST_MEMORY = 1.1
FORMATS = ("csv", "xlsx")
"""In the order of their lines."""


def run(stage: Stage, quick: bool) -> Iterator[Result]:
    """The reference of the speed is the target itself, that of the memory a shorter file."""
    lines = iter(LINES["transfer"])
    for kind in FORMATS:
        yield from _measured(stage, kind, next(lines), next(lines), quick)


def _measured(stage: Stage, kind: str, speed: str, memory: str, quick: bool) -> Iterator[Result]:
    def imported(rows: int) -> dict[str, float]:
        found: dict[str, float] = ask("import_rows.py", stage.deployment(["product"]), rows, kind)
        return found

    rows = QUICK_ROWS if quick else ROWS
    short = [imported(rows) for _ in range(1 if quick else TURNS)]
    rate = statistics.median(each["rate"] for each in short)
    yield Result(speed, rate, TARGET, "/s", rate / TARGET, 1.0)
    least = statistics.median(each["mebibytes"] for each in short)
    most = imported(rows * LONGER)["mebibytes"]
    yield Result(memory, most, least, "MiB", most / least, MOST_MEMORY, at_most=True)
