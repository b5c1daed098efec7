"""Catalogues: `<package>/translations/<language>/LC_MESSAGES/messages.po`, read as they are.

There are no compiled files that a wheel could lose or that could fall behind. Reading the PO text ourselves costs
about 2 ms for 300 messages, once per process and language; babel's reader takes 20 times that and 5 MiB.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cached_property
from importlib.resources import files

from kernel.addons.discovery import package_of
from kernel.context import KERNEL

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr)(?:\[(\d+)\])?\s+)?"(.*)"$')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


class Catalog:
    """The translations of one addon into one language, by source message."""

    def __init__(self, messages: dict[str, str]) -> None:
        self.messages = messages

    def get(self, message: str) -> str | None:
        """The translation of ``message``, placeholders and all, or None."""
        return self.messages.get(message)

    def get_rendered(self, text: str) -> str | None:
        """The translation of a message whose placeholders are filled in already, or None.

        "Shorter than minimum length 3." finds the entry "Shorter than minimum length {min}.".
        """
        for pattern, translation in self._patterns:
            if match := pattern.fullmatch(text):
                return fill(translation, match.groupdict())
        return None

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Messages with placeholders, the most literal first: "less than or equal to {x}" before "less than {x}"."""
        templates = [message for message in self.messages if _PLACEHOLDER.search(message)]
        templates.sort(key=lambda message: -len(_PLACEHOLDER.sub("", message)))
        return [(_pattern(message), self.messages[message]) for message in templates]


def fill(template: str, values: dict[str, str]) -> str:
    """Put ``values`` in place of the placeholders; one without a value stays as it stands."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), template)


def placeholders(message: str) -> frozenset[str]:
    """Names of the placeholders in ``message``."""
    return frozenset(_PLACEHOLDER.findall(message))


def _pattern(template: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(template)
    seen: set[str] = set()
    regex = ""
    for index, part in enumerate(parts):
        if index % 2 == 0:
            regex += re.escape(part)
        else:
            regex += f"(?P={part})" if part in seen else f"(?P<{part}>.+)"
            seen.add(part)
    return re.compile(regex, re.DOTALL)


_EMPTY = Catalog({})
_catalogs: dict[tuple[str, str], Catalog] = {}


def catalog(owner: str, language: str) -> Catalog:
    """The catalogue of addon ``owner`` (or ``kernel``) for ``language``; an empty one when it ships none."""
    found = _catalogs.get((owner, language))
    if found is None:
        package = _package_of(owner)
        if package is None:
            return _EMPTY
        found = _catalogs[owner, language] = _load(package, language)
    return found


def _load(package: str, language: str) -> Catalog:
    source = files(package) / "translations" / language / "LC_MESSAGES" / "messages.po"
    return Catalog(dict(read_po(source.read_text("utf-8")))) if source.is_file() else _EMPTY


def _package_of(owner: str) -> str | None:
    """The loaded package of an addon: by its entry point, else (in tests) the one that owns itself."""
    if owner == KERNEL:
        return KERNEL
    names = (package_of(owner), f"asoud_{owner}", owner)
    return next((name for name in names if name and hasattr(sys.modules.get(name), "__path__")), None)


def read_po(text: str) -> Iterator[tuple[str, str]]:
    """Source and translation of every usable entry: not the header, nothing fuzzy, obsolete or empty.

    Of plural entries the first form counts. Lines that are no PO are passed over, as gettext's tools report them.
    """
    for block in _entries(text):
        source, translation = block.get("msgid", ""), block.get("msgstr", "")
        if source and translation and "fuzzy" not in block:
            yield source, translation


def _entries(text: str) -> Iterator[dict[str, str]]:
    entry: dict[str, str] = {}
    part = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("#"):
            if "msgstr" in entry:
                yield entry
                entry = {}
            if line.startswith("#,") and "fuzzy" in line:
                entry["fuzzy"] = line
        elif match := _LINE.match(line):
            keyword, form, quoted = match.groups()
            if keyword in ("msgctxt", "msgid") and "msgstr" in entry:
                yield entry
                entry = {}
            if keyword:
                part = f"{keyword}[{form}]" if form not in (None, "0") else keyword
            entry[part] = entry.get(part, "") + _ESCAPE.sub(_unescape, quoted)
    yield entry


def _unescape(match: re.Match[str]) -> str:
    return _ESCAPED.get(match[1], match[1])
