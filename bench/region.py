"""City search and the region tree under granian, against bare views: requests per second, in turns.

Targets: uncached at least 0.6 of a bare view with the same SQL and headers, cached at least 0.5 of a view that returns
kept bytes. One worker, one thread each, on PostgreSQL. The read limit is counted as in any deployment; it is large.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from bench._client.http import answers, requests_per_second
from bench.catalogue import LINES
from bench.results import Result, compared, in_turns
from bench.stage import Environ, Stage, free_port, granian, process

SEARCH, TREE = "/api/v1/region/cities/search", "/api/v1/region/tree"
QUERIES = ("تهران", "شهر", "بندر", "آباد", "کاشان", "tab", "esf", "قم", "رضا", "نور", "گر", "دره", "shahr", "سر", "خو")
SEARCHES = [f"{SEARCH}?q={quote(query)}" for query in QUERIES]
ROUNDS, SECONDS = 7, 1.5
QUICK_ROUNDS, QUICK_SECONDS = 3, 0.4
PLATFORM, BARE = "bench._client.lists_platform:app", "bench._client.region_bare:app"


@dataclass(frozen=True)
class Case:
    """One comparison: what is asked of the platform, and of the reference."""

    target: float
    server: str
    paths: list[str]
    reference: list[str]


CASES = (
    Case(0.6, "uncached", SEARCHES, SEARCHES),
    Case(0.6, "uncached", [TREE], [TREE]),
    Case(0.5, "cached", SEARCHES, [f"/bytes{path}" for path in SEARCHES]),
    Case(0.5, "cached", [TREE], [f"/bytes{TREE}"]),
)


def run(stage: Stage, quick: bool) -> Iterator[Result]:
    """The results of all cases."""
    environ = stage.deployment(["region"], read_limit=10**9)
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if quick else (ROUNDS, SECONDS)
    with ExitStack() as servers:
        ports = {
            "cached": servers.enter_context(served(PLATFORM, environ)),
            "uncached": servers.enter_context(served(PLATFORM, {**environ, "BENCH_UNCACHED": "region"})),
            "bare": servers.enter_context(served(BARE, environ)),
        }
        for name, case in zip(LINES["region"], CASES, strict=True):
            ways = {
                "ours": partial(requests_per_second, ports[case.server], case.paths, seconds),
                "bare": partial(requests_per_second, ports["bare"], case.reference, seconds),
            }
            found = in_turns(ways, rounds)
            yield compared(name, found["ours"], found["bare"], "/s", case.target)


@contextmanager
def served(target: str, environ: Environ, path: str = TREE) -> Iterator[int]:
    """A port on which granian serves a WSGI app; it is ready as soon as it answers ``path``."""
    port = free_port()
    with process(granian(target, port), environ, partial(answers, port, path)):
        yield port
