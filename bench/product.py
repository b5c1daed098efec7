"""A list of 24 products under granian, against bare views: requests per second, in turns.

The cards carry nested pictures and prices. Targets: uncached at least 0.6 of a bare view with the same SQL and headers,
cached at least 0.5 of a view that returns kept bytes. One worker, one thread each, on PostgreSQL, with the demo's data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

from bench._client.http import fetch, requests_per_second
from bench.catalogue import LINES
from bench.region import QUICK_ROUNDS, QUICK_SECONDS, ROUNDS, SECONDS, Case, served
from bench.results import Result, compared, in_turns
from bench.stage import Stage
from bench.stage import run as run_python

LIST = "/api/v1/product/products?limit=24"
PLATFORM, BARE = "bench._client.lists_platform:app", "bench._client.product_bare:app"
_COMMAND_LINE = "from kernel.cli import main; main()"

CASES = (
    Case(0.6, "uncached", [LIST], [LIST]),
    Case(0.5, "cached", [LIST], [f"/bytes{LIST}"]),
)


def run(stage: Stage, quick: bool) -> Iterator[Result]:
    """The results of both cases. Raises RuntimeError when the reference shows other products than the platform."""
    environ = stage.deployment(["product"], read_limit=10**9)
    run_python(["-c", _COMMAND_LINE, "demo", "load", "--size", "small"], environ)
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if quick else (ROUNDS, SECONDS)
    with ExitStack() as servers:
        ports = {
            "cached": servers.enter_context(served(PLATFORM, environ, LIST)),
            "uncached": servers.enter_context(served(PLATFORM, {**environ, "BENCH_UNCACHED": "product"}, LIST)),
            "bare": servers.enter_context(served(BARE, environ, LIST)),
        }
        if _items(ports["uncached"]) != _items(ports["bare"]):
            raise RuntimeError("The bare view answers something else.")
        for name, case in zip(LINES["product"], CASES, strict=True):
            ways = {
                "ours": partial(requests_per_second, ports[case.server], case.paths, seconds),
                "bare": partial(requests_per_second, ports["bare"], case.reference, seconds),
            }
            found = in_turns(ways, rounds)
            yield compared(name, found["ours"], found["bare"], "/s", case.target)


def _items(port: int) -> Any:
    return json.loads(fetch(port, LIST)[1])["items"]
