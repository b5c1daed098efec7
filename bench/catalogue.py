"""Which benchmarks there are, and the lines that each gives. Importing this imports nothing that is measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from bench.results import Result
    from bench.stage import Stage

Run = Callable[["Stage", bool], Iterator["Result"]]

LINES: dict[str, tuple[str, ...]] = {
    "dump": ("dump of plain values, to code by hand", "dump with UUIDs and times, to code by hand",
             "dump of plain values, to marshmallow"),
    "region": ("city search, uncached", "region tree, uncached", "city search, cached", "region tree, cached"),
    "product": ("product list, uncached", "product list, cached"),
    "growth": ("list by cursor, a million to ten thousand", "list by each filter, worst", "list by each sort, worst",
               "list by category and price, newest", "list of a market's shelf", "text search p95, to the list's"),
    "transfer": ("import of a CSV file", "memory of an import, ten times the rows",
                 "import of an XLSX file", "memory of an import of XLSX, ten times the rows"),
    "gates": ("gates, hooks and permissions in a list",),
    "events": ("outbox to handler, SQLite", "outbox to handler, PostgreSQL"),
    "boot": ("boot of a web process", "memory after 1,000 requests"),
    "chat": ("chat on SQLite, one process", "chat on PostgreSQL, one process",
             "chat, two processes, to bare with Redis", "chat, two processes, to bare on one"),
}  # fmt: skip
"""The lines of the table by benchmark; `bench/<name>.py` measures them."""


def measure_of(name: str) -> Run:
    """The function that measures: given a stage, and whether it should be quick, it gives its results."""
    return cast(Run, import_module(f"bench.{name}").run)
