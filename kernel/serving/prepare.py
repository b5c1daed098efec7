"""What `asoud run` does before it serves: tables, addons, demo data; in a process of its own, to give memory back.

Progress goes to stderr; a file in the data folder says afterwards what the banner shows.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from kernel.app import create_app
from kernel.cli.failures import EXPECTED, explained
from kernel.errors import OperatorError
from kernel.serving.child import follow_master
from kernel.serving.children import REFUSED, RESTING
from kernel.serving.programs import banner_file

if TYPE_CHECKING:
    from flask import Flask


def prepare(*, demo: bool) -> None:
    """Bring the database up to the code; on the very first start install every available addon.

    Raises `OperatorError` when the kernel's own tables cannot be made. An addon that cannot be installed or upgraded
    is said and left out; the rest runs.
    """
    app = create_app(role="cli")
    with app.app_context():
        first = _migrate_kernel()
        _bring_addons(first)
    app = create_app(role="cli")
    with app.app_context():
        if demo:
            from kernel.cli.demo import load_demo

            load_demo("small")
        banner_file(app.extensions["asoud"].settings.data_dir).write_text(json.dumps(_banner(app, demo=demo)))


def _migrate_kernel() -> bool:
    """Run the kernel's migrations; whether this is the first time here."""
    from kernel.db import migrations

    first = migrations.current_revision("kernel") is None
    if migrations.pending("kernel"):
        _say("Preparing the database ...")
        migrations.upgrade("kernel")
    return first


def _bring_addons(first: bool) -> None:
    """Upgrade what is installed; install all that pip has put here when nothing was ever installed."""
    from kernel.addons import install
    from kernel.addons.discovery import discover
    from kernel.addons.graph import build

    try:
        install.upgrade([], actor="asoud run", say=_say)
    except OperatorError as error:
        _say(str(error))
    if first:
        for candidate in build(discover()).order:
            try:
                install.install(candidate.name, actor="asoud run", say=_say)
            except OperatorError as error:
                _say(str(error))


def _banner(app: Flask, *, demo: bool) -> dict[str, Any]:
    platform = app.extensions["asoud"]
    demos = [c for c in platform.registry.contributions("demo") if demo and platform.gate.counts(c)]
    return {
        "database": platform.db.engine.url.render_as_string(hide_password=True),
        "addons": sorted(platform.gate.enabled - {"kernel"}),
        "logins": [line for contribution in demos for line in contribution.value.logins],
    }


def _say(line: str) -> None:
    click.echo(line, err=True)


def main(arguments: Sequence[str]) -> int:
    """Prepare, and rest; the exit code for the master."""
    follow_master()
    try:
        prepare(demo="--demo" in arguments)
    except EXPECTED as error:
        reason = explained(error)
    else:
        return RESTING
    for line in [*reason.splitlines(), "Preparing the site failed. Ask for a diagnosis: asoud doctor"]:
        _say(f"asoud: {line}")
    return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
