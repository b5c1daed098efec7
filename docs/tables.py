"""What the pages of the reference are made of."""

from __future__ import annotations

import inspect
from typing import Any

from kernel.addons.contributions import Contribution
from kernel.addons.registry import Registry


def contributions(registry: Registry, kind: str) -> list[Contribution]:
    """All of one kind, by name."""
    return sorted(registry.contributions(kind), key=lambda contribution: contribution.key)


def first_paragraph(thing: Any) -> str:
    """The first paragraph of a docstring on one line, fit for a table."""
    text = inspect.cleandoc(thing if isinstance(thing, str) else getattr(thing, "__doc__", None) or "")
    return " ".join(text.split("\n\n")[0].split()).replace("|", "\\|").replace("``", "`")


def table(*head: str) -> list[str]:
    """The head of a Markdown table."""
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]


def who_may(access: Any) -> str:
    """Who passes an access rule, in words."""
    if access is None:
        return "nobody"
    return "public" if access.anonymous else ", ".join(f"`{name}`" for name in access.permissions) or "authenticated"
