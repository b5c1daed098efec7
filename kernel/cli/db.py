"""`asoud db ...`: each owner's migrations, the kernel's first and then the installed addons' in load order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from kernel.addons import state
from kernel.cli.session import json_option, show, with_app
from kernel.context import KERNEL
from kernel.db import migrations, transaction
from kernel.errors import OperatorError
from kernel.runtime import platform

addon_option = click.option("--addon", metavar="NAME", help="Only this addon; `kernel` is the platform itself.")
Row = dict[str, Any]


@click.group()
def db() -> None:
    """Migrate the database, and write migrations."""


@db.command()
@addon_option
@json_option
@with_app
def upgrade(addon: str | None, as_json: bool) -> None:
    """Run what is pending. One addon's failure is rolled back whole and doesn't stop the others."""
    rows: list[Row] = []
    failures = []
    for owner in _owners(addon):
        try:
            rows.append(_upgrade(owner))
        except OperatorError as error:
            failures.append(str(error))
            if owner == KERNEL:
                break
    if any(row["ran"] for row in rows):
        _recycle()
    show(rows, ("addon", "revision", "ran"), as_json=as_json)
    _fail(failures)


def _upgrade(owner: str) -> Row:
    _refuse_uninstalled(owner)
    ran = migrations.pending(owner)
    if ran:
        migrations.upgrade(owner)
    return {"addon": owner, "revision": migrations.current_revision(owner), "ran": ran}


@db.command()
@click.option("--addon", metavar="NAME", default=KERNEL, show_default=True)
@click.option("--to", metavar="REVISION", default="-1", show_default=True, help="A revision, -1 for one step, or base.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@json_option
@with_app
def downgrade(addon: str, to: str, yes: bool, as_json: bool) -> None:
    """Take migrations back. What they had added is lost with its data."""
    if not yes:
        click.confirm(f"Take {addon} back to {to}? The data of what goes is lost.", abort=True, err=True)
    migrations.downgrade(addon, to)
    if addon != KERNEL:
        _recycle()
    show([{"addon": addon, "revision": migrations.current_revision(addon)}], ("addon", "revision"), as_json=as_json)


@db.command()
@addon_option
@json_option
@with_app
def pending(addon: str | None, as_json: bool) -> None:
    """List migrations that have not run here."""
    rows, failures = [], []
    for owner in _owners(addon):
        try:
            waiting, head = migrations.pending(owner), migrations.head_on_disk(owner)
        except OperatorError as error:
            failures.append(str(error))
        else:
            current = migrations.current_revision(owner)
            rows.append({"addon": owner, "current": current, "newest": head, "pending": waiting})
    show(rows, ("addon", "current", "newest", "pending"), as_json=as_json)
    _fail(failures)


@db.command()
@addon_option
@json_option
@with_app
def check(addon: str | None, as_json: bool) -> None:
    """Fail when migrations are pending, or models differ from what migrations have made."""
    rows: list[Row] = []
    failures = []
    for owner in _owners(addon):
        try:
            drifts = migrations.check(owner)
        except OperatorError as error:
            failures.append(str(error))
            continue
        rows += [{"addon": owner, "operation": item.operation, "subject": item.subject} for item in drifts]
        if drifts:
            failures.append(
                f"{owner}: its models have {len(drifts)} changes without a migration. "
                f'Run: asoud db revision --addon {owner} -m "..."'
            )
    show(rows, ("addon", "operation", "subject"), as_json=as_json)
    _fail(failures)


@db.command()
@click.option("--addon", metavar="NAME", default=KERNEL, show_default=True)
@click.option("-m", "--message", required=True, help="What it does, in a few words; becomes the file's name.")
@json_option
@with_app
def revision(addon: str, message: str, as_json: bool) -> None:
    """Write a migration from the difference between models and database. Read it before you run it."""
    path = migrations.revision(addon, message)
    if path is None:
        click.echo(f"{addon}: models and database agree; nothing was written.", err=True)
    show([{"addon": addon, "file": str(path)}] if path else [], ("addon", "file"), as_json=as_json)


def _owners(addon: str | None) -> Iterator[str]:
    """The one that was named; or the kernel, then what is installed: read after the kernel's own turn."""
    if addon is not None:
        yield addon
        return
    yield KERNEL
    installed = state.read().installed
    order = [candidate.name for candidate in platform.registry.graph.order if candidate.name in installed]
    yield from order
    yield from sorted(installed - set(order))


def _refuse_uninstalled(owner: str) -> None:
    if owner != KERNEL and owner not in state.read().installed:
        raise OperatorError(f"{owner}: is not installed, so nothing is pending. Run: asoud addons install {owner}")


def _recycle() -> None:
    """Let running processes be replaced by ones that know the new schema."""
    with transaction():
        state.raise_generation(boot=True)


def _fail(failures: list[str]) -> None:
    if failures:
        raise OperatorError("\n".join(failures))
