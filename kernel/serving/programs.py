"""The platform's own children: web, worker, cron, emulators."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from config import Settings
from kernel.serving.children import Program


def _program(role: str, *arguments: str, name: str = "", **options: Any) -> Program:
    """A child that runs the platform in ``role``; ``-P`` keeps a stranger's folders in the working directory out."""
    command = (sys.executable, "-P", "-m", "kernel.serving.child", role, *arguments)
    return Program(name=name or role, command=command, **options)


def web_program(role: str, settings: Settings, environment: Mapping[str, str] | None = None) -> Program:
    """The child that serves clients: ``web`` (`asoud run`) or ``realtime``."""
    mode = {"ASOUD_CHILD_MODE": settings.async_mode}
    return _program(role, listens=True, stage=2, environment={**(environment or {}), **mode})


def worker_program(queues: Sequence[str] = (), name: str = "worker") -> Program:
    """A child that works; it may finish a long job before it leaves."""
    return _program("worker", *queues, name=name, stage=3, drain_seconds=120.0)


def cron_program() -> Program:
    """The relay and the crons."""
    return _program("cron", stage=3)


def preparing_program(*, demo: bool) -> Program:
    """Brings the database up to the code, once, and rests."""
    command = (sys.executable, "-P", "-m", "kernel.serving.prepare", *(("--demo",) if demo else ()))
    return Program(name="prepare", command=command, replaceable=False, start_seconds=3600.0)


def banner_file(data_dir: Path) -> Path:
    """Where the preparing program leaves what the banner shows."""
    return data_dir / "run" / "banner.json"


def emulators_program() -> Program:
    """The stand-ins of outside services, all in one process."""
    return _program("emulators", stage=3)
