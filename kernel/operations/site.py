"""The doctor's look at what the site needs: database, clock, migrations, addons, Redis, waiting under eventlet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kernel.errors import Problem
from kernel.operations.findings import Finding, error, ok, warning

if TYPE_CHECKING:
    from kernel.runtime import Platform

MOST_SKEW_SECONDS = 2.0
TRAP = """
from kernel.eventlet_mode import monkey_patch
monkey_patch()
import sys
from config import load_settings
from kernel.db.database import make_engine
from kernel.db.postgres import waits_cooperatively
sys.exit(0 if waits_cooperatively(make_engine(load_settings(), "run")) else 3)
"""
"""Run in a process of its own, since patching can't be undone."""


def database(platform: Platform) -> Iterator[Finding]:
    """Whether the database answers, and how far its clock is from ours."""
    engine = platform.db.engine
    shown = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect() as connection:
            if platform.db.is_sqlite:
                yield from _sqlite(shown, str(connection.scalar(text("PRAGMA journal_mode"))))
                return
            yield ok("database", f"{shown}, PostgreSQL {connection.scalar(text('SHOW server_version'))}.")
            skew = float(connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())")) or 0) - _time()
    except (SQLAlchemyError, Problem) as failure:
        reason = str(getattr(failure, "orig", None) or failure).strip().splitlines()[0]
        yield error("database", f"{shown} doesn't answer: {reason}", "Start it, or correct DATABASE_URL.")
        return
    yield _clock(skew)


def _sqlite(shown: str, journal: str) -> Iterator[Finding]:
    yield ok("database", f"{shown}, journal {journal}.")
    yield ok("clock", "the embedded database uses this machine's clock.")


def _time() -> float:
    from kernel.clock import now

    return now().timestamp()


def _clock(skew: float) -> Finding:
    if abs(skew) <= MOST_SKEW_SECONDS:
        return ok("clock", f"{abs(skew):.2f} s between this machine and the database.")
    mend = "Run a time service (chrony, systemd-timesyncd) on both machines."
    return error("clock", f"the database's clock is {skew:+.1f} s off: codes and leases would end wrongly.", mend)


def migrations(platform: Platform) -> Iterator[Finding]:
    """Whether every table is where the code is."""
    from kernel.addons import state
    from kernel.db import schema_state

    if schema_state.pending("kernel"):
        yield error("migrations", "the kernel's tables are not up to its code.", "Run: asoud db upgrade")
        return
    installed = sorted(state.read().installed)
    here = {candidate.name for candidate in platform.registry.graph.order}
    behind = [name for name in installed if name in here and schema_state.pending(name)]
    for name in behind:
        yield error("migrations", f"{name} has pending migrations.", f"Run: asoud addons upgrade {name}")
    if not behind:
        yield ok("migrations", f"the kernel and {len(installed)} addons are up to date.")


def addons(platform: Platform) -> Iterator[Finding]:
    """Whether every installed addon is there and usable, and every process has the present ones."""
    from kernel.addons import processes, state

    for fault in platform.registry.all_faults():
        yield error("addons", str(fault), f"See: asoud addons info {fault.addon}")
    for name in sorted(platform.gate.missing):
        mend = f"Run on this machine: pip install asoud-{name.replace('_', '-')}"
        yield error("addons", f"{name} is installed on this site, but its package is missing here.", mend)
    if state.kernel_is_migrated():
        for process in processes.behind(state.read().boot):
            mend = f"On {process.host} run: kill -HUP of its master, or restart it."
            yield warning("processes", f"{process.role} {process.pid} on {process.host} runs older code.", mend)
    if not platform.registry.faults and not platform.gate.missing:
        yield ok("addons", f"{len(platform.registry.loaded)} installed, {len(platform.gate.enabled) - 1} enabled.")


def redis_server(platform: Platform) -> Iterator[Finding]:
    """Whether Redis answers and keeps what the queues put there."""
    address = platform.settings.redis
    try:
        facts = platform.redis.info()
        policy = str(facts.get("maxmemory_policy", "noeviction"))
    except redis.RedisError as failure:
        if not platform.settings.redis_url:
            yield warning("redis", "no server is running; `asoud run` starts one.", "Run: asoud run, or set REDIS_URL.")
        else:
            yield error("redis", f"{_hidden(address)} doesn't answer: {failure}", "Start it, or correct REDIS_URL.")
        return
    if policy != "noeviction" and int(facts.get("maxmemory", 0)):
        mend = "Set in its configuration: maxmemory-policy noeviction"
        yield warning("redis", f"it may throw queued work away when full ({policy}).", mend)
    else:
        yield ok("redis", f"{_hidden(address)}, version {facts.get('valkey_version') or facts.get('redis_version')}.")


def _hidden(address: str) -> str:
    head, at, tail = address.rpartition("@")
    return f"{head.partition('://')[0]}://***@{tail}" if at else address


def waiting(platform: Platform) -> Iterator[Finding]:
    """The eventlet trap: with psycopg's C code, one waiting query stops every client of the process."""
    if platform.settings.async_mode != "eventlet" or platform.db.is_sqlite:
        yield ok("waiting", "queries wait cooperatively (no PostgreSQL under eventlet here).")
        return
    done = subprocess.run([sys.executable, "-P", "-c", TRAP], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        yield ok("waiting", "queries to PostgreSQL wait cooperatively under eventlet.")
    elif done.returncode == 3:
        mend = "Unset PSYCOPG_WAIT_FUNC and PSYCOPG_IMPL, or set ASOUD_ASYNC_MODE=threading."
        yield error("waiting", "under eventlet one waiting query stops every client of the process.", mend)
    else:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        yield error("waiting", f"the test of waiting under eventlet failed: {last}", "Mend the database first.")
