"""`asoud demo load`: the demo data of every enabled addon, in the order of the addon graph."""

from __future__ import annotations

from typing import get_args

import click
from rich.console import Console
from rich.progress import Progress

from kernel.cli.session import with_app
from kernel.clock import monotonic
from kernel.commands import Demo, DemoSize
from kernel.context import in_addon
from kernel.db.statistics import analyse
from kernel.runtime import platform


@click.group()
def demo() -> None:
    """Data to try the platform with."""


@demo.command()
@click.option("--size", type=click.Choice(get_args(DemoSize)), default="small", show_default=True)
@with_app
def load(size: DemoSize) -> None:
    """Load the demo data; what is there already stays as it is."""
    begun = monotonic()
    parts = load_demo(size)
    said = ", ".join(f"{addon} {count:,}" for addon, count in parts.items()) or "no addon has some"
    click.echo(f"The demo data is there: {said}. It took {monotonic() - begun:.0f} s.")


def load_demo(size: DemoSize) -> dict[str, int]:
    """Load every enabled addon's demo data, with a progress bar on stderr; of how many steps each consists."""
    parts = {}
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for contribution in platform.registry.contributions("demo"):
            if platform.gate.counts(contribution):
                part: Demo = contribution.value
                task = progress.add_task(contribution.owner, total=part.count(size))
                with in_addon(contribution.owner):
                    part.load(size, lambda steps, task=task: progress.advance(task, steps))  # type: ignore[misc]  # bound now
                progress.update(task, completed=part.count(size))
                parts[contribution.owner] = part.count(size)
    analyse()
    return parts
