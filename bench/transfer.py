"""An import of a CSV file into PostgreSQL: at least 2,000 rows a second, with all checks, in memory that stays flat."""

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


def run(stage: Stage, quick: bool) -> Iterator[Result]:
    """The reference of the speed is the target itself, that of the memory a shorter file."""
    rows = QUICK_ROWS if quick else ROWS
    speed, memory = LINES["transfer"]
    short = [ask("import_rows.py", stage.deployment(["product"]), rows) for _ in range(1 if quick else TURNS)]
    rate = statistics.median(each["rate"] for each in short)
    yield Result(speed, rate, TARGET, "/s", rate / TARGET, 1.0)
    least = statistics.median(each["mebibytes"] for each in short)
    most = ask("import_rows.py", stage.deployment(["product"]), rows * LONGER)["mebibytes"]
    yield Result(memory, most, least, "MiB", most / least, MOST_MEMORY, at_most=True)
