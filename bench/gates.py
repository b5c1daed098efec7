"""What gate, permission check and hooks cost of an uncached list request: at most 5 %.

The list of `bench/_addon` stands behind a permission that its caller holds by a role, and calls two hooks with three
implementations each. The same requests are answered with all of that and with none of it, in turns of one request in
one process on PostgreSQL: the share is what the difference of the medians is of the whole. See `_client/gates.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.catalogue import LINES
from bench.results import Result
from bench.stage import Stage, ask

PAIRS, QUICK_PAIRS = 3000, 600
TARGET = 0.05


def run(stage: Stage, quick: bool) -> Iterator[Result]:
    """The one result: microseconds of the three together, beside those of the whole request."""
    found = ask("gates.py", stage.bench_addon(read_limit=10**9), QUICK_PAIRS if quick else PAIRS)
    (line,) = LINES["gates"]
    cost = found["with"] - found["without"]
    yield Result(line, cost, found["with"], "µs", cost / found["with"], TARGET, at_most=True)
