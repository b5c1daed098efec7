"""What commands share: the app they run in, who runs them, and how they print."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Sequence
from copy import copy
from functools import cache, wraps
from importlib.metadata import entry_points
from typing import Any, ParamSpec, TypeVar

import click
from flask import Flask
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config import load_settings
from kernel.addons.discovery import GROUP
from kernel.context import in_addon
from kernel.db.database import database_exists
from kernel.errors import OperatorError
from kernel.runtime import EXTENSION, platform

P = ParamSpec("P")
R = TypeVar("R")
_ENDLESS = 10_000  # columns of what isn't a terminal


@cache
def cli_app() -> Flask:
    """The app of this command, made when first needed."""
    from kernel.app import create_app

    return create_app(role="cli")


def with_app(function: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the app's context."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with cli_app().app_context():
            return function(*args, **kwargs)

    return run


def actor() -> str:
    """Who runs this command, for the audit trail."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a container's user without a name
        return "cli"


def addon_groups() -> dict[str, click.Command]:
    """A group per addon that contributes commands; each command runs as code of its addon.

    None where there is no database yet: nothing is installed, and asking SQLite would leave an empty file behind.
    """
    if not database_exists(load_settings()):
        return {}
    registry = cli_app().extensions[EXTENSION].registry
    groups: dict[str, click.Group] = {}
    for contribution in registry.contributions("command"):
        owner = contribution.owner
        if owner not in groups:
            groups[owner] = click.Group(owner, help=f"Commands of {registry.loaded[owner].declaration.title}.")
        groups[owner].add_command(_owned(contribution.value, owner))
    return dict(groups)


def refuse_unusable(addon: str) -> None:
    """Raise OperatorError with reason and mend when ``addon`` is here but quarantined or not installed."""
    if not database_exists(load_settings()):
        if addon in {entry_point.name for entry_point in entry_points(group=GROUP)}:
            raise OperatorError(_not_installed(addon))
        return
    registry = cli_app().extensions[EXTENSION].registry
    if faults := registry.faults.get(addon) or registry.graph.faults.get(addon):
        raise OperatorError("\n".join(str(fault) for fault in faults))
    if registry.graph.candidate(addon) is not None and addon not in registry.loaded:
        raise OperatorError(_not_installed(addon))


def _not_installed(addon: str) -> str:
    return f"{addon}: is not installed. Run: asoud addons install {addon}"


def _owned(command: click.Command, owner: str) -> click.Command:
    if command.callback is None or isinstance(command, click.Group):
        return command
    inner = command.callback

    @wraps(inner)
    def run(*args: Any, **kwargs: Any) -> Any:
        with cli_app().app_context(), in_addon(owner):
            if not platform.gate.is_enabled(owner):
                raise OperatorError(f"{owner}: is disabled. Run: asoud addons enable {owner}")
            return inner(*args, **kwargs)

    owned = copy(command)
    owned.callback = run
    return owned


def show(rows: Sequence[dict[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Print rows as a table for people or as JSON.

    No word is broken, since it may have to be copied into the next command: where the terminal is too narrow for the
    table, each row becomes a block of lines. What isn't a terminal gets one line for each row, however long.
    """
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    console, endless = Console(soft_wrap=True), Console(soft_wrap=True, width=_ENDLESS)
    table = _table([[_cell(row[column]) for column in columns] for row in rows], columns)
    if not console.is_terminal:
        endless.print(table)
    elif endless.measure(table).minimum <= console.width:
        console.print(table)
    else:
        click.echo("\n\n".join(_block(row, columns) for row in rows))


def _table(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> Table:
    """A table of which the last column alone gives way."""
    table = Table(box=None, header_style="bold")
    for number, column in enumerate(columns):
        longest = max(cell_len(text) for text in (column, *(row[number] for row in rows)))
        is_last = number == len(columns) - 1
        table.add_column(column, overflow="fold", no_wrap=not is_last, min_width=None if is_last else longest)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))  # not markup: an error's text may have square brackets
    return table


def _block(row: dict[str, Any], columns: Sequence[str]) -> str:
    width = max(map(len, columns))
    return "\n".join(f"{column:{width}}  {_cell(row[column])}" for column in columns)


def _cell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else "" if value is None else str(value)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
