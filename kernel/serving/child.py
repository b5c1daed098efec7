"""Where every child of a master begins: ``python -m kernel.serving.child <role> [argument ...]``.

First the watch over the master and the patching, before anything else is imported; then the role.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
from time import sleep as native_sleep

TYPE_CHECKING = False  # as in `typing`, which would be an import before the patching
if TYPE_CHECKING:
    from collections.abc import Callable

LAST_WORDS_SECONDS = 20.0
"""How long a child whose master has died may take to finish what it has begun."""


def follow_master() -> None:
    """End this process when the master is gone.

    A native thread waits for the end of a pipe of which the master alone has the other end. It is started before
    any patching, and only uses what can't be patched any more.
    """
    lifeline = os.environ.pop("ASOUD_LIFELINE_FD", "")
    if lifeline:
        _thread.start_new_thread(_end_with, (int(lifeline), os.read, os.kill, os.getpid()))


def _end_with(lifeline: int, read: Callable[[int, int], bytes], kill: Callable[[int, int], None], pid: int) -> None:
    while read(lifeline, 1):
        continue
    kill(pid, signal.SIGTERM)
    native_sleep(LAST_WORDS_SECONDS)
    kill(pid, signal.SIGKILL)


def main(role: str, *arguments: str) -> int:
    """Run as one role until told to end; the exit code."""
    follow_master()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the master gets Ctrl-C and ends its children in order
    if os.environ.get("ASOUD_CHILD_MODE") == "eventlet":
        from kernel.eventlet_mode import monkey_patch

        monkey_patch()
    from kernel.serving.lasting import made_to_last

    with made_to_last():
        from kernel.serving.roles import run_role

    return run_role(role, arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
