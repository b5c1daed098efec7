"""`asoud jobs ...`: what is to be done, what was given up, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import click

from kernel.cli.session import json_option, show, with_app
from kernel.errors import OperatorError
from kernel.jobs import dead_letters
from kernel.jobs.inspection import KINDS, Kind, WorkItem, list_work
from kernel.jobs.inspection import dead_letters as list_dead
from kernel.jobs.models import STATES

COLUMNS = ("id", "kind", "name", "state", "attempts", "reason")
limit_option = click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="At most.")
addon_option = click.option("--addon", help="Only this addon's.")
all_option = click.option("--all", "everything", is_flag=True, help="All of them (with --addon: all of that addon's).")
ids_argument = click.argument("ids", nargs=-1, type=click.UUID)


@click.group()
def jobs() -> None:
    """See jobs and deliveries of events; try dead ones again or drop them."""


@jobs.command("list")
@click.option("--kind", type=click.Choice(KINDS), default="job", show_default=True)
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only in this state; repeatable.")
@addon_option
@limit_option
@json_option
@with_app
def list_jobs(kind: Kind, states: Sequence[str], addon: str | None, limit: int, as_json: bool) -> None:
    """List jobs or deliveries, the newest first."""
    _show(list_work(kind, states=states, owner=addon, limit=limit), as_json=as_json)


@jobs.command()
@addon_option
@limit_option
@json_option
@with_app
def dead(addon: str | None, limit: int, as_json: bool) -> None:
    """List what was given up after its last try, jobs and deliveries, the newest first."""
    _show(list_dead(owner=addon, limit=limit), as_json=as_json)


@jobs.command()
@ids_argument
@all_option
@addon_option
@with_app
def replay(ids: Sequence[UUID], everything: bool, addon: str | None) -> None:
    """Try dead letters again, those named by IDS or --all."""
    _act(dead_letters.replay, "queued again", ids, everything, addon)


@jobs.command()
@ids_argument
@all_option
@addon_option
@with_app
def drop(ids: Sequence[UUID], everything: bool, addon: str | None) -> None:
    """Delete dead letters for good, those named by IDS or --all."""
    _act(dead_letters.drop, "dropped", ids, everything, addon)


def _act(act: Callable[..., int], done: str, ids: Sequence[UUID], everything: bool, addon: str | None) -> None:
    if bool(ids) == everything:
        raise click.UsageError("Name the ids, or use --all. See: asoud jobs dead")
    count = act(None if everything else ids, owner=addon)
    if ids and not count:
        raise OperatorError("none of these is a dead letter. See: asoud jobs dead")
    click.echo(f"{count} {done}.")


def _show(items: Sequence[WorkItem], *, as_json: bool) -> None:
    rows = [item.to_dict() for item in items]
    show(rows if as_json else [{**row, "reason": _reason(row)} for row in rows], COLUMNS, as_json=as_json)


def _reason(row: dict[str, Any]) -> str:
    """Why it stands where it stands: parked for what, or the last line of its error."""
    return str(row["parked_reason"] or row["error"] or "").strip().rpartition("\n")[2]
