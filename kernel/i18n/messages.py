"""Translating: the running addon's catalogue first, then the kernel's, else the message as it was written."""

from __future__ import annotations

import sys
from typing import Any

from kernel.addons.discovery import owner_of
from kernel.context import KERNEL, current_addon
from kernel.i18n.catalogs import catalog
from kernel.i18n.language import current_language


def translate(message: str, /, **values: object) -> str:
    """``message`` in the current language, with its ``{placeholders}`` filled from ``values``.

    A message that no catalogue knows comes back as written. A translation whose placeholders don't fit falls
    back to the source message, so that a translator's slip never breaks an answer.
    """
    return translate_for(current_addon(), message, **values)


gettext = translate
_ = translate


def translate_for(owner: str, message: str, /, **values: object) -> str:
    """Like `translate`, for a message that addon ``owner`` wrote, whoever's code is running."""
    found = _find(owner, message)
    if not values:
        return message if found is None else found
    if found is not None:
        try:
            return found.format(**values)
        except (KeyError, IndexError, ValueError, AttributeError):
            pass
    return message.format(**values)


def translate_rendered(text: str) -> str:
    """Translate a message whose values were filled in by somebody else, such as marshmallow's validators."""
    found = _find(current_addon(), text)
    if found is not None:
        return found
    language = current_language()
    for owner in _owners(current_addon()):
        rendered = catalog(owner, language).get_rendered(text)
        if rendered is not None:
            return rendered
    return text


class LazyText:
    """A message that is translated when it becomes text: for titles and labels at module level."""

    __slots__ = ("message", "owner", "values")

    def __init__(self, owner: str, message: str, values: dict[str, Any]) -> None:
        self.owner = owner
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return translate_for(self.owner, self.message, **self.values)

    def __repr__(self) -> str:
        return f"lazy({self.message!r})"


def lazy(message: str, /, **values: object) -> LazyText:
    """A `LazyText` of the addon in whose module the call stands. Turn it into text with ``str()``."""
    return LazyText(owner_of(sys._getframe(1).f_globals["__name__"]), message, values)


def _owners(owner: str) -> tuple[str, ...]:
    return (KERNEL,) if owner == KERNEL else (owner, KERNEL)


def _find(owner: str, message: str) -> str | None:
    language = current_language()
    for name in _owners(owner):
        found = catalog(name, language).get(message)
        if found is not None:
            return found
    return None
