"""`asoud addons ...`: what is here, and switching it on and off."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click

from kernel.addons import audit, install, listing, removal, switch
from kernel.addons.discovery import discover
from kernel.addons.graph import build
from kernel.cli.session import actor, json_option, show, with_app
from kernel.errors import NotFound, OperatorError
from kernel.runtime import platform

AUTHORS_COMMANDS = "asoud.authors_commands"
"""Entry-point group of commands that are added to ``asoud addons``."""

name_argument = click.argument("name")


def say(line: str) -> None:
    """Progress goes to stderr, so that ``--json`` on stdout stays clean."""
    click.echo(line, err=True)


class Group(click.Group):
    """The commands below, and those for authors, which the SDK adds: the kernel doesn't import it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands."""
        return sorted({*self.commands, *entry_points(group=AUTHORS_COMMANDS).names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None when there is none."""
        for entry_point in entry_points(group=AUTHORS_COMMANDS, name=cmd_name):
            command: click.Command = entry_point.load()
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=Group)
def addons() -> None:
    """Install, enable, disable, upgrade and uninstall addons."""


@addons.command("list")
@json_option
@with_app
def list_addons(as_json: bool) -> None:
    """List every addon with its state, and why it is quarantined."""
    infos = listing.everything()
    if as_json:
        show([info.to_dict() for info in infos], (), as_json=True)
        return
    rows = [{**info.to_dict(), "needs": info.dependencies} for info in infos]
    show(rows, ("name", "version", "state", "needs", "title"), as_json=False)
    for info in infos:
        for fault in info.faults:
            click.echo(f"! {fault}")


@addons.command()
@name_argument
@json_option
@with_app
def info(name: str, as_json: bool) -> None:
    """Show one addon: metadata, state, faults with their mends, what it contributes, and what was done to it."""
    found = _found(name).to_dict()
    found["contributes"] = _contributes(name)
    found["history"] = [
        {"at": item.created_at.isoformat(), "action": item.action, "actor": item.actor, "outcome": item.outcome}
        for item in audit.history(name, limit=20)
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for key, value in found.items():
        if key not in ("faults", "history", "contributes"):
            click.echo(f"{key:14}{', '.join(value) if isinstance(value, list) else value}")
    for kind, keys in found["contributes"].items():
        click.echo(f"{kind:14}{', '.join(keys)}")
    for item in found["history"]:
        click.echo(f"{item['at']}  {item['action']} {item['outcome']} by {item['actor']}")
    for fault in _found(name).faults:
        click.echo(f"! {fault}")


def _found(name: str) -> listing.AddonInfo:
    try:
        return listing.one(name)
    except NotFound as error:
        raise OperatorError(f"{name}: there is no such addon here. See: asoud addons list") from error


def _contributes(name: str) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for kind in (
        "blueprint",
        "event",
        "subscriber",
        "hookspec",
        "hook",
        "job",
        "cron",
        "namespace",
        "permission",
        "extension",
        "command",
    ):
        keys = [c.key for c in platform.registry.contributions(kind) if c.owner == name]
        if keys:
            kinds[kind] = keys
    return kinds


@addons.command("install")
@click.argument("names", nargs=-1, required=True)
@click.option(
    "--from-archive", type=click.Path(path_type=Path, dir_okay=False), help="Put back what an uninstall archived."
)
@click.option("--wait/--no-wait", default=True, help="Wait until every running process has it.")
@with_app
def install_addons(names: tuple[str, ...], from_archive: Path | None, wait: bool) -> None:
    """Install addons with all that they need, and switch them on."""
    if from_archive is not None and len(names) > 1:
        raise click.UsageError("--from-archive takes one addon.")
    for name in names:
        installed = install.install(name, actor=actor(), say=say, from_archive=from_archive)
        click.echo(f"Installed {', '.join(installed)}." if installed else f"{name} is installed already.")
    removal.replace_processes(say, wait=wait)


@addons.command()
@name_argument
@with_app
def enable(name: str) -> None:
    """Switch an installed addon on, live."""
    click.echo(
        "Enabled " + ", ".join(switch.enable(name, actor=actor())) + "."
        if _off(name)
        else f"{name} is enabled already."
    )


def _off(name: str) -> bool:
    return _found(name).state != "enabled"


@addons.command()
@name_argument
@click.option("--cascade", is_flag=True, help="Also the addons that need it.")
@with_app
def disable(name: str, cascade: bool) -> None:
    """Switch an addon off, live; its data stays."""
    names = switch.disable(name, actor=actor(), cascade=cascade)
    click.echo(f"Disabled {', '.join(names)}." if names else f"{name} is disabled already.")


@addons.command()
@click.argument("names", nargs=-1)
@click.option("--wait/--no-wait", default=True, help="Wait until every running process has it.")
@with_app
def upgrade(names: tuple[str, ...], wait: bool) -> None:
    """Run pending migrations of the named addons, or of all, and let new processes take their new code."""
    done = install.upgrade(names, actor=actor(), say=say)
    click.echo(f"Upgraded {', '.join(done)}." if done else "Nothing to upgrade.")
    if done:
        removal.replace_processes(say, wait=wait)


@addons.command()
@name_argument
@click.option("--keep", "data", flag_value="keep", help="Leave its data in the database.")
@click.option("--archive", "data", flag_value="archive", help="Write its data to a file, then remove it.")
@click.option("--drop", "data", flag_value="drop", help="Remove its data for good.")
@click.option("--archive-to", type=click.Path(path_type=Path, dir_okay=False), help="The archive's file.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@json_option
@with_app
def uninstall(name: str, data: str | None, archive_to: Path | None, yes: bool, as_json: bool) -> None:
    """Show what would go, then keep, archive or drop it. Without one of the three it only shows."""
    gone = removal.preview(name)
    if as_json:
        click.echo(json.dumps(gone.to_dict(), indent=2))
    else:
        _print_removal(gone)
    if archive_to is not None and data != "archive":
        raise click.UsageError("--archive-to goes with --archive.")
    if data is None:
        say("Nothing was removed. Say what becomes of the data: --keep, --archive or --drop.")
        return
    if not yes:
        click.confirm(f"Uninstall {name} and {data} its data?", abort=True, err=True)
    removal.uninstall(name, data=data, actor=actor(), say=say, archive_to=archive_to)  # type: ignore[arg-type]  # a flag value
    say(f"Uninstalled {name}.")


def _print_removal(gone: removal.Removal) -> None:
    click.echo(f"Uninstalling {gone.addon} concerns:")
    for table, rows in gone.tables.items():
        click.echo(f"  table   {table}: {rows} rows")
    for table, columns in gone.columns.items():
        click.echo(f"  columns {table}: {', '.join(columns)}")
    for title, values in (("needed by", gone.dependents), ("permissions", gone.permissions)):
        if values:
            click.echo(f"  {title}: {', '.join(values)}")
    if gone.jobs:
        click.echo(f"  {gone.jobs} waiting jobs")
    if gone.settings:
        click.echo(f"  {gone.settings} settings that were set")
    if gone.files:
        click.echo(f"  {gone.files} uploads, {gone.file_bytes} bytes, which stay in the storage until --drop")


@addons.command()
@json_option
def graph(as_json: bool) -> None:
    """Print the addons in load order with what each needs."""
    built = build(discover())
    rows: list[dict[str, Any]] = [{"name": c.name, "needs": sorted(built.dependencies[c.name])} for c in built.order]
    show(rows, ("name", "needs"), as_json=as_json)
