"""Counting, adding up over processes, and what Prometheus gets to read."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from kernel.addons import inbox
from kernel.jobs import Outcome
from kernel.operations.metrics import BUCKETS, JOBS, REQUESTS, SOCKET_EVENTS, SOCKETS, Metrics, add_up
from kernel.operations.snapshots import DEAD_SECONDS, Snapshots
from tests.operations.conftest import MakeApp

LABELS = ("chat", "/rooms", "GET", "200")


def scrape(app: Flask, **headers: str) -> dict[str, list[tuple[dict[str, str], float]]]:
    answer = app.test_client().get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


@given(st.lists(st.floats(min_value=0, max_value=100)))
def test_a_histogram_loses_no_observation(durations: list[float]) -> None:
    metrics = Metrics()
    for seconds in durations:
        metrics.observe(REQUESTS, LABELS, seconds)
    for _, _, numbers in metrics.samples():
        assert numbers[0] == sum(numbers[2:]) == len(durations)
        assert numbers[1] == pytest.approx(sum(durations))
        for bound, index in zip(BUCKETS, range(2, len(numbers)), strict=False):
            assert sum(numbers[2 : index + 1]) == sum(seconds <= bound for seconds in durations)


def test_sums_over_processes_keep_labels_apart() -> None:
    here, there = Metrics(), Metrics()
    here.count(SOCKET_EVENTS, LABELS[:3], amount=2)
    there.count(SOCKET_EVENTS, LABELS[:3])
    there.observe(REQUESTS, LABELS, 0.2)
    total = add_up([*here.samples(), *there.samples()])
    assert total[SOCKET_EVENTS.name, LABELS[:3]] == [3.0]
    assert total[REQUESTS.name, LABELS][:2] == [1.0, 0.2]


def test_requests_are_counted_by_route_and_addon(make_site: MakeApp) -> None:
    app = make_site()
    for path in ("/health/live", "/health/live", "/nowhere/1", "/nowhere/2"):
        app.test_client().get(path)
    counts = {tuple(sorted(labels.items())): value for labels, value in scrape(app)["asoud_http_request_seconds_count"]}
    live = (("addon", "kernel"), ("method", "GET"), ("route", "/health/live"), ("status", "200"))
    lost = (("addon", "kernel"), ("method", "GET"), ("route", ""), ("status", "404"))
    assert (counts[live], counts[lost]) == (2.0, 2.0)


def test_a_workers_jobs_show_on_the_web_processes_page(make_site: MakeApp) -> None:
    web, worker = make_site(), make_site(role="worker")
    platform = worker.extensions["asoud"]
    platform.jobs.observe(Outcome("job", "chat.recount", "chat", "done", 0.3))
    platform.jobs.observe(Outcome("delivery", "chat.on_user", "chat", "failed", 0.1))
    Snapshots(platform).leave(now=True)
    found = scrape(web)
    assert ({"addon": "chat", "job": "chat.recount", "state": "done"}, 1.0) in found["asoud_job_seconds_count"]
    failed = {"addon": "chat", "subscriber": "chat.on_user", "state": "failed"}
    assert (failed, 1.0) in found["asoud_delivery_seconds_count"]


def test_counts_of_ended_processes_stay_and_their_gauges_go(make_site: MakeApp, tmp_path: Path) -> None:
    worker = make_site(role="worker").extensions["asoud"]
    worker.metrics.observe(JOBS, ("chat", "chat.recount", "done"), 0.3)
    worker.metrics.watch(SOCKETS, lambda: 5.0)
    Snapshots(worker).leave(now=True)
    web = make_site()
    assert scrape(web)["asoud_sockets"] == [({}, 5.0)]
    old = time.time() - DEAD_SECONDS - 1
    for path in (tmp_path / "run" / "metrics").glob("*.json"):
        os.utime(path, (old, old))
    for _ in range(2):
        found = scrape(web)
        assert [value for _, value in found["asoud_job_seconds_count"]] == [1.0]
        assert "asoud_sockets" not in found


def test_a_process_that_was_taken_for_dead_counts_nothing_twice(make_site: MakeApp, tmp_path: Path) -> None:
    platform = make_site(role="worker").extensions["asoud"]
    snapshots = Snapshots(platform)
    platform.metrics.count(SOCKET_EVENTS, LABELS[:3])
    snapshots.leave(now=True)
    for path in (tmp_path / "run" / "metrics").glob("*.json"):
        path.unlink()
    snapshots.leave(now=True)
    assert platform.metrics.samples() == []


def test_a_torn_snapshot_is_left_out(make_site: MakeApp, tmp_path: Path) -> None:
    app = make_site()
    app.test_client().get("/health/live")
    scrape(app)
    (tmp_path / "run" / "metrics" / "torn.json").write_text('[["asoud_http')
    assert "asoud_http_request_seconds_count" in scrape(app)


def test_open_problems_and_the_database_show(make_site: MakeApp) -> None:
    app = make_site()
    with app.app_context():
        inbox.report_problem("chat", "slow_hook", "k", "slow", "warning")
    found = scrape(app)
    assert found["asoud_addon_problems"] == [({"addon": "chat", "severity": "warning"}, 1.0)]
    assert found["asoud_database_up"] == [({}, 1.0)]
    assert found["asoud_generation"][0][1] >= 0


def test_the_page_answers_where_the_database_has_no_tables(make_app: MakeApp) -> None:
    assert scrape(make_app())["asoud_database_up"] == [({}, 0.0)]


def test_without_a_token_only_this_machine_reads(make_site: MakeApp) -> None:
    client = make_site().test_client()
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "10.0.0.7"}).status_code == 401
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401


def test_with_a_token_whoever_has_it_reads(make_site: MakeApp) -> None:
    app = make_site(metrics_token="open-sesame")
    assert app.test_client().get("/metrics").status_code == 401
    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer open"}).status_code == 401
    assert scrape(app, Authorization="Bearer open-sesame")
