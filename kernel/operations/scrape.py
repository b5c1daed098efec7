"""`GET /metrics`: what this machine's processes counted, and what the database knows, for Prometheus."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from kernel.errors import NotAuthenticated, Problem
from kernel.identity.access import public
from kernel.operations.metrics import BUCKETS, MEASURED
from kernel.operations.snapshots import Snapshots

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric as Family

    from kernel.runtime import Platform

LOOPBACK = ("127.0.0.1", "::1")


def init_app(app: Flask, platform: Platform) -> None:
    """Serve the metrics to whoever has the token or, where none is set, to this machine."""
    snapshots = Snapshots(platform)

    def metrics() -> Response:
        _check_access(platform)
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.exposition import CONTENT_TYPE_LATEST

        registry = CollectorRegistry()
        registry.register(_Collected([*_measured(snapshots), *_known(platform)]))
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/metrics", "metrics", public(metrics))


def _check_access(platform: Platform) -> None:
    token = platform.settings.metrics_token
    if token:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(sent.encode(), token.encode()):
            raise NotAuthenticated("Send the metrics token: Authorization: Bearer <ASOUD_METRICS_TOKEN>.")
    elif request.remote_addr not in LOOPBACK or "X-Forwarded-For" in request.headers:
        raise NotAuthenticated("Without ASOUD_METRICS_TOKEN only this machine itself may read the metrics.")


class _Collected:
    """Families that are ready, in the shape that prometheus_client asks for."""

    def __init__(self, families: list[Family]) -> None:
        self._families = families

    def collect(self) -> Iterator[Family]:
        """All of them."""
        yield from self._families


def _measured(snapshots: Snapshots) -> Iterator[Family]:
    from prometheus_client.metrics_core import (
        CounterMetricFamily,
        GaugeMetricFamily,
        HistogramMetricFamily,
    )

    families: dict[str, Family] = {}
    for (name, labels), numbers in snapshots.total().items():
        metric = MEASURED[name]
        if metric.kind == "histogram":
            histogram = families.setdefault(name, HistogramMetricFamily(name, metric.description, labels=metric.labels))
            assert isinstance(histogram, HistogramMetricFamily)  # made one line above
            histogram.add_metric(labels, _buckets(numbers[2:]), numbers[1])
        elif metric.kind == "counter":
            counter = families.setdefault(name, CounterMetricFamily(name, metric.description, labels=metric.labels))
            assert isinstance(counter, CounterMetricFamily)  # as above
            counter.add_metric(labels, numbers[0])
        else:
            gauge = families.setdefault(name, GaugeMetricFamily(name, metric.description, labels=metric.labels))
            assert isinstance(gauge, GaugeMetricFamily)  # as above
            gauge.add_metric(labels, numbers[0])
    yield from families.values()


def _buckets(counts: list[float]) -> list[tuple[str, float]]:
    """Prometheus wants each bucket to count the smaller ones too."""
    bounds = [*(str(bound) for bound in BUCKETS), "+Inf"]
    return [(bound, sum(counts[: index + 1])) for index, bound in enumerate(bounds)]


def _known(platform: Platform) -> Iterator[Family]:
    """What this process and the database know at this moment."""
    from prometheus_client.metrics_core import GaugeMetricFamily

    enabled = GaugeMetricFamily("asoud_addon_enabled", "1 for an enabled addon, else 0.", labels=["addon"])
    for name in sorted({*platform.registry.loaded, *platform.registry.faults}):
        enabled.add_metric([name], float(platform.gate.is_enabled(name)))
    faulty = GaugeMetricFamily("asoud_addon_quarantined", "1 for an addon that is kept out.", labels=["addon"])
    for name in sorted(platform.registry.faults):
        faulty.add_metric([name], 1.0)
    generation = GaugeMetricFamily("asoud_generation", "Number of the last change of enabled addons known here.")
    generation.add_metric([], float(platform.gate.generation))
    yield from (enabled, faulty, generation)
    try:
        waiting = list(_waiting())
    except (SQLAlchemyError, Problem):
        waiting = []
    up = GaugeMetricFamily("asoud_database_up", "1 while the database answers.")
    up.add_metric([], float(bool(waiting)))
    yield from (up, *waiting)


def _waiting() -> Iterator[Family]:
    """How much is waiting, and for what."""
    from prometheus_client.metrics_core import GaugeMetricFamily

    from kernel.addons.models import AddonProblem
    from kernel.db import session
    from kernel.jobs.models import JobRow

    jobs = GaugeMetricFamily("asoud_jobs", "Jobs in the database by queue and state.", labels=["queue", "state"])
    for queue, state, number in session().execute(
        select(JobRow.queue, JobRow.state, func.count()).group_by(JobRow.queue, JobRow.state)
    ):
        jobs.add_metric([queue, state], number)
    problems = GaugeMetricFamily("asoud_addon_problems", "Open problems of addons.", labels=["addon", "severity"])
    for addon, severity, number in session().execute(
        select(AddonProblem.addon, AddonProblem.severity, func.count())
        .where(AddonProblem.dismissed_at.is_(None))
        .group_by(AddonProblem.addon, AddonProblem.severity)
    ):
        problems.add_metric([addon, severity], number)
    yield from (jobs, problems)
