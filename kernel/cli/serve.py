"""The long-running commands. Each is a master with children; it stays light, since it imports no app of its own."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from config import Settings, load_settings
from kernel.cli.session import with_app
from kernel.errors import OperatorError
from kernel.serving.children import Program
from kernel.serving.programs import cron_program, web_program, worker_program

host_option = click.option("--host", help="Address to listen on; ASOUD_HOST by default.")
port_option = click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; ASOUD_PORT by default.")


@click.command()
@click.option("--demo", is_flag=True, help="Load the demo data, once, and serve the emulators of outside services.")
@host_option
@port_option
def run(demo: bool, host: str | None, port: int | None) -> int:
    """Serve everything on this machine: HTTP and Socket.IO on one port, a worker, the cron runner, and Redis.

    Data go to ASOUD_DATA_DIR (./var). DATABASE_URL and REDIS_URL name servers to use in place of the embedded ones.
    """
    from kernel.serving.embedded import run_embedded

    return run_embedded(load_settings(), demo=demo, host=host, port=port)


@click.command()
@host_option
@port_option
def realtime(host: str | None, port: int | None) -> int:
    """Serve Socket.IO (and HTTP, for whoever comes by) in one process; start one for each port."""
    from kernel.serving.sockets import listen

    settings = load_settings()
    listener = listen(host or settings.host, settings.port if port is None else port)
    program = web_program("realtime", settings)
    return _serve("realtime", settings, [program], listener=listener)


@click.command()
@click.option("--queue", "queues", multiple=True, help="Queue to work on, the most urgent first; all by default.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True)
def worker(queues: tuple[str, ...], processes: int) -> int:
    """Run jobs and deliver events."""
    _check_queues(queues)
    programs = [worker_program(queues, f"worker-{number}") for number in range(1, processes + 1)]
    return _serve("worker", load_settings(), programs)


@click.command()
def cron() -> int:
    """Relay events and run the crons. Several may run; one leads, the others stand by."""
    return _serve("cron", load_settings(), [cron_program()])


@click.command()
@click.argument("addon")
@with_app
def emulate(addon: str) -> None:
    """Serve the local stand-in of the outside service that an addon talks to, until Ctrl-C."""
    from kernel.runtime import platform
    from kernel.serving.roles import emulator_server

    server = emulator_server(addon, platform)
    click.echo(f"The emulator of {addon} answers on http://127.0.0.1:{server.port}. Stop it with Ctrl-C.", err=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _check_queues(queues: Sequence[str]) -> None:
    from kernel.jobs.queues import QUEUES

    unknown = sorted(set(queues) - set(QUEUES))
    if unknown:
        raise OperatorError(f"{', '.join(unknown)}: no such queue. Choose of: {', '.join(QUEUES)}")


def _serve(name: str, settings: Settings, programs: Sequence[Program], listener: socket.socket | None = None) -> int:
    from kernel.operations.logs import init_logging
    from kernel.serving.master import Master
    from kernel.serving.signals import pid_file

    init_logging(settings)
    os.environ.setdefault("ASOUD_DATA_DIR", str(Path(settings.data_dir).absolute()))
    with ExitStack() as stack:
        if listener is not None:
            stack.enter_context(listener)
        stack.enter_context(pid_file(settings.data_dir, name))
        return Master(programs, listener=listener).run()
