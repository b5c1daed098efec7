"""`Addon(...)`: what package metadata cannot say about an addon."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marshmallow import Schema

UNSOUND = (Exception, SystemExit)
"""What an addon's code may raise while it is imported; a stray ``sys.exit()`` must not end the platform."""
CATEGORIES = ("marketplace", "commerce", "payment", "communication", "people", "localization", "platform", "other")


@dataclass(frozen=True, kw_only=True)
class Addon:
    """The declaration that an addon's entry point names.

    Name, version, summary, authors, license, dependencies and kernel range come from the distribution's metadata;
    they are not repeated here. Every callback runs inside a transaction, as code of the addon.
    """

    title: str
    """What people call it, in English; the key of its translation."""
    category: str = "other"
    """Shelf in listings of addons; one of `CATEGORIES`."""
    icon: str = "puzzle"
    """Name of an icon for consoles."""
    permissions: Mapping[str, str] = field(default_factory=dict)
    """``{"market.edit": "Edit a market"}``; each name starts with the addon's name and a dot."""
    settings: type[Schema] | None = None
    """Schema of its settings, with defaults."""
    requires_if: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """``{"with_wallet": ("wallet",)}``: the module ``with_wallet`` of the package is imported only where all the named
    addons are installed, and what it contributes counts only while they are enabled."""
    auto_install: Sequence[str] = ()
    """Makes it a bridge: it is installed by itself as soon as all these addons are, unless the operator refused it."""
    on_install: Callable[[], None] | None = None
    """Called once, after its migrations have run for the first time; not on data that an uninstall has kept."""
    on_upgrade: Callable[[str], None] | None = None
    """Called after an upgrade's migrations with the version that was installed before."""
    on_uninstall: Callable[[], None] | None = None
    """Called before its data goes, again when that is tried again; not called when the package is missing."""

    def __post_init__(self) -> None:
        """Raises TypeError naming what has another shape than declared: whoever reads it later relies on it."""
        shapes = {
            "title": (_is_text, "text"),
            "category": (_is_text, "text"),
            "icon": (_is_text, "text"),
            "permissions": (lambda value: _is_mapping(value, _is_text), "a dict of texts by name"),
            "requires_if": (lambda value: _is_mapping(value, _is_names), "a dict of lists of addons by module"),
            "auto_install": (_is_names, "a list of addons"),
        }
        for name, (fits, shape) in shapes.items():
            if not fits(value := getattr(self, name)):
                raise TypeError(f"Addon({name}={value!r}) must be {shape}")

    def faults(self, name: str) -> list[str]:
        """Rules that this declaration breaks when it belongs to the addon ``name``; each sentence has the mend."""
        found = []
        if not self.title.strip():
            found.append("Addon(title=...) is empty; give it a title.")
        if self.category not in CATEGORIES:
            found.append(f"Addon(category={self.category!r}) is unknown; use one of {', '.join(CATEGORIES)}.")
        alien = [permission for permission in self.permissions if not permission.startswith(f"{name}.")]
        found += [f"permission {permission!r} must start with {name + '.'!r}; rename it." for permission in alien]
        return found


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_names(value: object) -> bool:
    """Whether it is a list of names; a single text is one of letters, which is never meant."""
    return isinstance(value, Sequence) and not isinstance(value, str) and all(map(_is_text, value))


def _is_mapping(value: object, fits: Callable[[object], bool]) -> bool:
    return isinstance(value, Mapping) and all(map(_is_text, value)) and all(map(fits, value.values()))
