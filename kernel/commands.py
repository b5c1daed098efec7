"""What addons add to the command line: commands, their part of the demo data, and emulators of outside services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import click

from kernel.addons.contributions import contribute
from kernel.addons.discovery import owner_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DemoSize = Literal["small", "medium", "large"]
Advance = Callable[[int], None]
"""Takes how many more things are done, for the progress bar."""


def command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function the command ``asoud <addon> <name>``; parameters by click's decorators, below this one.

    It runs in an app context as code of its addon, and only while the addon is enabled.
    """

    def register(function: Callable[..., Any]) -> click.Command:
        made = click.command(name)(function)
        contribute("command", f"{owner_of(function.__module__)} {name}", made, module=function.__module__)
        return made

    return register


@dataclass(frozen=True, slots=True)
class Demo:
    """An addon's part of the demo data."""

    load: Callable[[DemoSize, Advance], None]
    count: Callable[[DemoSize], int]
    logins: tuple[str, ...] = ()


def demo(
    *, count: Callable[[DemoSize], int] = lambda size: 1, logins: Sequence[str] = ()
) -> Callable[[Callable[[DemoSize, Advance], None]], Demo]:
    """Declare ``load(size, advance)`` that makes the addon's demo data; loading twice must change nothing.

    ``count(size)`` says how many steps there are; ``load`` calls ``advance(n)`` as they are done. ``logins`` are
    lines that `asoud run --demo` prints: whom one can log in as, and how.
    """

    def register(function: Callable[[DemoSize, Advance], None]) -> Demo:
        made = Demo(function, count, tuple(logins))
        contribute("demo", owner_of(function.__module__), made, module=function.__module__)
        return made

    return register


@dataclass(frozen=True, slots=True)
class Emulator:
    """A local stand-in for an outside service, as a WSGI application on a port of its own."""

    title: str
    port: int
    make_app: Callable[[], WSGIApplication]


def emulator(title: str, *, port: int) -> Callable[[Callable[[], WSGIApplication]], Emulator]:
    """Declare the emulator that ``asoud emulate <addon>`` and ``asoud run --demo`` serve on 127.0.0.1:``port``."""

    def register(make_app: Callable[[], WSGIApplication]) -> Emulator:
        made = Emulator(title, port, make_app)
        contribute("emulator", owner_of(make_app.__module__), made, module=make_app.__module__)
        return made

    return register
