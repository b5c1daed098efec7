"""The metrics of all processes of this machine: each leaves a snapshot, whoever is asked adds them up."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from kernel.operations.metrics import MEASURED, Sample, add_up

if TYPE_CHECKING:
    from kernel.runtime import Platform

EVERY_SECONDS = 2.0
DEAD_SECONDS = 60.0
"""A snapshot that was not renewed for so long is of a process that has ended."""
_ENDED = "ended"


class Snapshots:
    """This process's snapshot, and the folder with those of all."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._folder = platform.settings.data_dir / "run" / "metrics"
        self._path = self._folder / f"{uuid.uuid4().hex}.json"
        self._left = float("-inf")

    def leave(self, *, now: bool = False) -> None:
        """Write this process's numbers, if the last time is `EVERY_SECONDS` ago or it has to be ``now``."""
        if not now and time.monotonic() - self._left < EVERY_SECONDS:
            return
        if self._left > 0 and not self._path.exists():
            self._platform.metrics.forget()  # taken for dead and folded into the sum of the ended ones
        self._left = time.monotonic()
        self._folder.mkdir(parents=True, exist_ok=True)
        _write(self._path, self._platform.metrics.samples())

    def total(self) -> dict[tuple[str, tuple[str, ...]], list[float]]:
        """The sum over this machine's processes, the ended ones included, where that makes sense."""
        self.leave(now=True)
        with self._locked():
            self._fold()
            return add_up(sample for path in self._folder.glob("*.json") for sample in _read(path))

    def _fold(self) -> None:
        """Add the snapshots of ended processes to one file and remove them."""
        ended = self._folder / f"{_ENDED}.json"
        oldest = time.time() - DEAD_SECONDS
        dead = [path for path in self._folder.glob("*.json") if path != ended and _changed(path) < oldest]
        if dead:
            samples = [sample for path in (ended, *dead) for sample in _read(path)]
            kept = {key: numbers for key, numbers in add_up(samples).items() if MEASURED[key[0]].kind != "gauge"}
            _write(ended, [(name, labels, numbers) for (name, labels), numbers in kept.items()])
            for path in dead:
                path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # folded by another process meanwhile
        return time.time()


def _read(path: Path) -> list[Sample]:
    """The known samples of a snapshot; none of one that is gone or half-written by a full disk."""
    try:
        rows = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return []
    return [(name, tuple(labels), numbers) for name, labels, numbers in rows if name in MEASURED]


def _write(path: Path, samples: list[Sample]) -> None:
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(orjson.dumps(samples))
    partial.replace(path)
