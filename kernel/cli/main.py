"""The root of the command line: the kernel's groups, the addons' groups, and one way to fail.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from kernel import __version__
from kernel.cli.failures import EXPECTED, explained

KERNEL_COMMANDS = {
    "run": "kernel.cli.serve:run",
    "realtime": "kernel.cli.serve:realtime",
    "worker": "kernel.cli.serve:worker",
    "cron": "kernel.cli.serve:cron",
    "emulate": "kernel.cli.serve:emulate",
    "addons": "kernel.cli.addons:addons",
    "db": "kernel.cli.db:db",
    "demo": "kernel.cli.demo:demo",
    "doctor": "kernel.cli.doctor:doctor",
    "jobs": "kernel.cli.jobs:jobs",
    "openapi": "kernel.cli.openapi:openapi",
    "problems": "kernel.cli.problems:problems",
    "settings": "kernel.cli.settings:settings",
}
"""Where each command lives; imported only when it is run or its help is shown."""


class Root(click.Group):
    """The kernel's commands, and a group for each addon that has commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands."""
        return sorted({*KERNEL_COMMANDS, *_addons_with_commands()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None when there is none.

        Raises OperatorError, or why the platform cannot start, for an addon's name that cannot be used now.
        """
        if target := KERNEL_COMMANDS.get(cmd_name):
            module, _, attribute = target.partition(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            return command
        from kernel.cli.session import addon_groups, refuse_unusable

        group = addon_groups().get(cmd_name)
        if group is None:
            refuse_unusable(cmd_name)
        return group


def _addons_with_commands() -> list[str]:
    """Names of the addons that have commands; none when the platform cannot start: the help is shown all the same."""
    from kernel.cli.session import addon_groups

    try:
        return [*addon_groups()]
    except EXPECTED:
        return []


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="asoud")
def root() -> None:
    """ASOUD, a platform for marketplaces made of addons."""


def main(args: list[str] | None = None) -> None:
    """Entry point of the console script. Every expected failure is one message on stderr and an exit code."""
    try:
        code: Any = root.main(args=args, prog_name="asoud", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Abort:
        _fail("stopped." if sys.stdin.isatty() else "stopped: nobody can answer here; say --yes.", 1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except EXPECTED as error:
        _fail(explained(error), 1)


def _fail(message: str, code: int) -> None:
    for line in message.splitlines():
        click.echo(f"asoud: {line}", err=True)
    sys.exit(code)
