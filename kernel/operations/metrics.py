"""Metrics: counters and histograms of this process, kept as plain lists so that counting costs a microsecond.

Each process leaves a snapshot in the data folder every few seconds; `/metrics` of any web process adds up all of
this machine's, so that workers and the cron runner need no port of their own.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from flask import Flask

    from kernel.jobs.state import Outcome
    from kernel.runtime import Platform

Labels = tuple[str, ...]
Kind = Literal["counter", "histogram", "gauge"]
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histograms' buckets, in seconds; one more takes the rest."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's public face."""

    name: str
    kind: Kind
    description: str
    labels: tuple[str, ...] = ()


REQUESTS = Metric("asoud_http_request_seconds", "histogram", "Requests answered, by route and status.",
                  ("addon", "route", "method", "status"))  # fmt: skip
JOBS = Metric("asoud_job_seconds", "histogram", "Runs of jobs and crons, by how they ended.", ("addon", "job", "state"))
DELIVERIES = Metric("asoud_delivery_seconds", "histogram", "Deliveries of events to subscribers, by how they ended.",
                    ("addon", "subscriber", "state"))  # fmt: skip
SOCKETS = Metric("asoud_sockets", "gauge", "Socket.IO clients connected to this machine.")
SOCKET_EVENTS = Metric("asoud_socket_events_total", "counter", "Socket.IO events handled.",
                       ("addon", "namespace", "event"))  # fmt: skip
MEASURED = {metric.name: metric for metric in (REQUESTS, JOBS, DELIVERIES, SOCKETS, SOCKET_EVENTS)}
"""Metrics that processes measure; what is read from the database when asked stands in `kernel.operations.scrape`."""

Sample = tuple[str, Labels, list[float]]
"""A metric's name, the values of its labels, and its numbers: one, or count, sum and the buckets of a histogram."""


class Metrics:
    """What this process has counted."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, Labels], list[float]] = {}
        self._gauges: dict[Metric, Callable[[], float]] = {}
        self._lock = threading.Lock()

    def count(self, metric: Metric, labels: Labels = (), amount: float = 1.0) -> None:
        """Raise a counter."""
        with self._lock:
            cell = self._cells.get((metric.name, labels)) or self._cells.setdefault((metric.name, labels), [0.0])
            cell[0] += amount

    def observe(self, metric: Metric, labels: Labels, seconds: float) -> None:
        """Put one duration into a histogram."""
        with self._lock:
            cell = self._cells.get((metric.name, labels))
            if cell is None:
                cell = self._cells[metric.name, labels] = [0.0] * (len(BUCKETS) + 3)
            cell[0] += 1
            cell[1] += seconds
            cell[2 + bisect_left(BUCKETS, seconds)] += 1

    def watch(self, metric: Metric, read: Callable[[], float]) -> None:
        """Read a gauge whenever a snapshot is taken."""
        self._gauges[metric] = read

    def samples(self) -> list[Sample]:
        """All numbers at this moment."""
        with self._lock:
            counted = [(name, labels, list(cell)) for (name, labels), cell in self._cells.items()]
        return counted + [(metric.name, (), [float(read())]) for metric, read in self._gauges.items()]

    def forget(self) -> None:
        """Start from zero: others have taken over what was counted so far."""
        with self._lock:
            self._cells.clear()


def add_up(samples: Iterable[Sample]) -> dict[tuple[str, Labels], list[float]]:
    """The sum of samples, by metric and labels."""
    total: dict[tuple[str, Labels], list[float]] = {}
    for name, labels, numbers in samples:
        there = total.setdefault((name, labels), [0.0] * len(numbers))
        for index, number in enumerate(numbers[: len(there)]):
            there[index] += number
    return total


def init_app(app: Flask, platform: Platform) -> None:
    """Count what jobs, deliveries and sockets do; requests are counted by `kernel.operations.front`."""
    from kernel.operations.snapshots import Snapshots

    platform.metrics = Metrics()
    platform.jobs.observers.append(lambda outcome: _count_outcome(platform.metrics, outcome))
    if platform.role in ("run", "realtime"):
        platform.metrics.watch(SOCKETS, lambda: platform.realtime.numbers()["connections"])
    if platform.role != "cli":
        platform.gate.on_poll(Snapshots(platform).leave)


def _count_outcome(metrics: Metrics, outcome: Outcome) -> None:
    metric = JOBS if outcome.kind == "job" else DELIVERIES
    metrics.observe(metric, (outcome.owner, outcome.name, outcome.state), outcome.seconds)
