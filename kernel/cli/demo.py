"""`asoud demo load`: the demo data of every enabled addon, in the order of the addon graph."""

from __future__ import annotations

from typing import get_args

import click
from rich.console import Console
from rich.progress import Progress

from kernel.cli.session import with_app
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
    load_demo(size)


def load_demo(size: DemoSize) -> None:
    """Load every enabled addon's demo data, with a progress bar on stderr."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for contribution in platform.registry.contributions("demo"):
            if platform.gate.counts(contribution):
                part: Demo = contribution.value
                task = progress.add_task(contribution.owner, total=part.count(size))
                with in_addon(contribution.owner):
                    part.load(size, lambda steps, task=task: progress.advance(task, steps))  # type: ignore[misc]  # bound now
                progress.update(task, completed=part.count(size))
    analyse()
