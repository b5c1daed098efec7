"""The README of an addon is held to its code, in both directions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from kernel.addons.discovery import Candidate


def readme_is_complete(candidate: Candidate, offers: Mapping[str, Sequence[str]]) -> list[str]:
    """What the README leaves out, and what it tells of that isn't there any more."""
    from addon_sdk.testing.conformance import source_folder

    folder = source_folder(candidate)
    if folder is None:
        return []
    path = folder / "README.md"
    if not path.is_file():
        return [f"{path}: is missing; say there what the addon does and what it offers."]
    text = path.read_text("utf-8")
    return [*_missing(path, text, offers), *_stale(path, text, offers)]


def _missing(path: Path, text: str, offers: Mapping[str, Sequence[str]]) -> list[str]:
    found = []
    for heading, names in offers.items():
        section = _section(text, heading)
        if names and section is None:
            found.append(f"{path}: has no section '## {heading}'; tell there of {', '.join(names)}.")
        found += [
            f"{path}: '## {heading}' doesn't tell of {name}." for name in names if not _tells(section or "", name)
        ]
    return found


def _tells(section: str, name: str) -> bool:
    plain = section.replace("`", "")
    return re.search(rf"(?<![\w/.{{}}-]){re.escape(name)}(?![\w/-]|\.\w)", plain) is not None or not section


def _stale(path: Path, text: str, offers: Mapping[str, Sequence[str]]) -> list[str]:
    """Rows of a section's table whose first cell is no name that the addon offers."""
    found = []
    for heading, names in offers.items():
        stale = [cell for cell in _first_cells(_section(text, heading) or "") if cell not in names]
        found += [f"{path}: '## {heading}' tells of {cell}, which isn't there; remove or mend it." for cell in stale]
    return found


def _section(text: str, heading: str) -> str | None:
    match = re.search(rf"^## {re.escape(heading)}\s*$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return match.group(1) if match else None


def _first_cells(section: str) -> list[str]:
    rows = [line.strip().strip("|").split("|") for line in section.splitlines() if line.strip().startswith("|")]
    return [row[0].strip().replace("`", "") for row in rows[2:]]
