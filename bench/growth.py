"""Lists of products among a million, against the same lists among ten thousand: how long one request takes.

Two deployments on PostgreSQL, each with one granian worker whose cache is off. Every question is asked of both in
turns, one request at a time; the median of a kind of question at a million may be 1.3 times that at ten thousand. Where
few of the ten thousand are found, the million is asked for as many. Of a line with several kinds (each filter, each
sort) the worst kind counts; stderr shows all.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import zip_longest

from bench._client.http import Caller
from bench.catalogue import LINES
from bench.region import served
from bench.results import Result
from bench.stage import CLIENT, Environ, Stage, ask
from bench.stage import run as run_python

PLATFORM = "bench._client.lists_platform:app"
SMALL, LARGE, QUICK = 10_000, 1_000_000, 100_000
ROUNDS, QUICK_ROUNDS = 12, 4
MOST = 1.3
SEARCH_MOST = 10
Questions = dict[str, dict[str, list[str]]]


def run(stage: Stage, quick: bool) -> Iterator[Result]:
    """A result for each kind of list, and one for the search."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    environs = [_filled(stage, count) for count in (QUICK if quick else LARGE, SMALL)]
    asked: list[Questions] = [ask("product_paths.py", environ) for environ in environs]
    with ExitStack() as opened:
        callers = []
        for environ, questions in zip(environs, asked, strict=True):
            port = opened.enter_context(served(PLATFORM, environ, questions["page"]["page"][0]))
            callers.append(opened.enter_context(closing(Caller(port))))
        *names, search = LINES["growth"]
        for name, line in zip(names, (line for line in asked[0] if line != "search"), strict=True):
            kinds = []
            for kind in asked[0][line]:
                paths = _as_long(callers, [questions[line][kind] for questions in asked])
                kinds.append((kind, *map(statistics.median, _times(callers, paths, rounds))))
            for kind, ours, reference in kinds:
                print(f"    {line}, {kind}: {ours:.2f} ms, {reference:.2f} ms", file=sys.stderr)
            _, ours, reference = max(kinds, key=lambda each: each[1] / each[2])
            yield Result(name, ours, reference, "ms", ours / reference, MOST, at_most=True)
        large = asked[0]
        both = _times([callers[0]] * 2, [large["search"]["search"], large["page"]["page"]], rounds)
        ours, reference = map(_late, both)
        yield Result(search, ours, reference, "ms", ours / reference, SEARCH_MOST, at_most=True)


def _filled(stage: Stage, count: int) -> Environ:
    environ = {**stage.deployment(["product"], read_limit=10**9), "BENCH_UNCACHED": "product"}
    run_python([str(CLIENT / "fill.py"), str(count)], environ)
    return environ


def _as_long(callers: Sequence[Caller], paths: Sequence[list[str]]) -> list[list[str]]:
    """The questions that both answer with products, asked for as many as the one that has fewer finds."""
    asked = []
    for pair in zip(*paths, strict=False):  # a dozen each, or as many as there are
        found = min(len(json.loads(caller.body(path))["items"]) for caller, path in zip(callers, pair, strict=True))
        if found:
            asked.append([re.sub(r"limit=\d+", f"limit={found}", path) for path in pair])
    return [list(each) for each in zip(*asked, strict=True)]


def _times(callers: Sequence[Caller], paths: Sequence[list[str]], rounds: int) -> list[list[float]]:
    """The milliseconds of each caller's paths, in turns of one request; the first round is for warming up."""
    found: list[list[float]] = [[] for _ in callers]
    for count in range(rounds + 1):
        for turn in zip_longest(*paths):
            for times, caller, path in zip(found, callers, turn, strict=True):
                if path is not None:
                    taken = caller.milliseconds(path)
                    if count:
                        times.append(taken)
    return found


def _late(times: list[float]) -> float:
    """What nineteen of twenty requests stay below."""
    return statistics.quantiles(times, n=20)[-1]
