"""`asoud addons check` and `asoud addons new`: the commands for authors."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...]) -> None:
    """Run the conformance checks on the named addons, or on all that are here."""
    from addon_sdk.testing.conformance import run_checks

    raise SystemExit(run_checks(names, click.echo))


@click.command()
@click.argument("name")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Where to make it.")
def new(name: str, into: Path) -> None:
    """Write a new addon, complete and tested, to start from."""
    from addon_sdk.scaffold import write

    for line in write(name, into):
        click.echo(line)
