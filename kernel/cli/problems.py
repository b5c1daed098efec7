"""`asoud problems ...`: the health inbox of addons."""

from __future__ import annotations

from uuid import UUID

import click

from kernel.addons import inbox
from kernel.addons.audit import action
from kernel.cli.session import actor, json_option, show, with_app
from kernel.errors import NotFound, OperatorError

COLUMNS = ("id", "addon", "kind", "key", "severity", "count", "last_seen_at", "message")
DISMISSAL = ("dismissed_at", "dismissed_by")


@click.group()
def problems() -> None:
    """See and dismiss what troubles addons."""


@problems.command("list")
@click.option("--addon", help="Only this addon's.")
@click.option("--dismissed", is_flag=True, help="The dismissed ones instead.")
@json_option
@with_app
def list_problems(addon: str | None, dismissed: bool, as_json: bool) -> None:
    """List the open problems, the latest first."""
    entries = inbox.problems(addon=addon, dismissed=dismissed)
    columns = (*COLUMNS[:-1], *DISMISSAL, COLUMNS[-1]) if dismissed else COLUMNS
    show([{column: getattr(entry, column) for column in columns} for entry in entries], columns, as_json=as_json)


@problems.command()
@click.argument("problem_id", type=click.UUID)
@with_app
def dismiss(problem_id: UUID) -> None:
    """Take a problem out of sight until it comes again."""
    try:
        problem = inbox.dismiss(problem_id, by=None)
    except NotFound as error:
        raise OperatorError(f"{problem_id}: there is no such problem. See: asoud problems list") from error
    with action(problem.addon, "dismiss_problem", actor(), kind=problem.kind, key=problem.key):
        click.echo(f"{problem.kind} {problem.key} of {problem.addon}: dismissed until it comes again.")
