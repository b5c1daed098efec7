"""Runs a master over children of the given kinds; says on stdout when all are ready."""

from __future__ import annotations

import sys
from pathlib import Path

from config import Testing
from kernel.operations.logs import init_logging
from kernel.serving.children import Program
from kernel.serving.master import Master
from kernel.serving.signals import pid_file
from kernel.serving.sockets import listen

CHILD = str(Path(__file__).with_name("small_child.py"))


def main(folder: str, *kinds: str) -> int:
    init_logging(Testing())
    listener = listen("127.0.0.1", 0)
    programs = [
        Program(
            name=kind,
            command=(sys.executable, CHILD, kind, folder),
            listens=kind in ("web", "threads"),
            stage=1 if kind == "web" else 2,
            drain_seconds=1.0 if kind == "stubborn" else 20.0,
        )
        for kind in kinds
    ]
    with pid_file(Path(folder), "small"):
        port = listener.getsockname()[1]
        return Master(programs, listener=listener, on_ready=lambda: print(f"ready {port}", flush=True)).run()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
