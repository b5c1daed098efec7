"""What the guides and the README name is there: commands with their options, settings, paths, links."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = {path.stem: path.read_text("utf-8") for path in (DOCS / "reference").glob("*.md")}
"""Made from the code, and held to it by `docs/generate.py --check`."""
GUIDES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
NAMES_OF_EXAMPLES = {"guestbook", "hello", "loyalty"}
"""Addons that the guides speak of and that aren't installed where the reference is made."""

_CODE = re.compile(r"^```sh\n(.*?)^```|`([^`\n]+)`|^ {4}([^\n]+)$", re.MULTILINE | re.DOTALL)

each_guide = pytest.mark.parametrize("page", [path.read_text("utf-8") for path in GUIDES], ids=[p.name for p in GUIDES])


def commands() -> dict[str, set[str]]:
    """Every command with its options."""
    rows = re.findall(r"^\| `asoud ([^`]+)` \|", REFERENCE["commands"], re.MULTILINE)
    found = {}
    for row in rows:
        words = row.split()
        arguments = next((at for at, word in enumerate(words) if not word.islower() or "[" in word), len(words))
        found[" ".join(words[:arguments])] = set(re.findall(r"\[(-[\w-]+)\]", row))
    return found


def invocations(page: str) -> Iterator[list[str]]:
    """The words after each ``asoud`` that a page shows as code; a column of explanations is two spaces away."""
    for found in _CODE.finditer(page):
        for line in next(filter(None, found.groups())).splitlines():
            for part in re.split(r"&& |\| ", re.split(r" {2,}|#", line.removeprefix("$ "))[0]):
                if re.match(r"asoud [a-z]", part):
                    yield shlex.split(part)[1:]


@each_guide
def test_commands_exist_with_these_options(page: str) -> None:
    known = commands()
    groups = {name.split()[0] for name in known}
    for words in invocations(page):
        name = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in known), None)
        if name is None:
            assert words[0] in groups, f"asoud {' '.join(words)}: there is no such command"
            assert len(words) == 1, f"asoud {' '.join(words)}: there is no such command"
            continue
        options = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert options - known[name] - {"--message", "--help"} == set(), f"asoud {' '.join(words)}"


def test_the_operators_commands_are_found() -> None:
    found = [words[:2] for words in invocations((DOCS / "operator.md").read_text("utf-8"))]
    assert ["addons", "uninstall"] in found
    assert ["doctor"] in found
    assert commands()["addons uninstall"] >= {"--keep", "--archive-to"}


@each_guide
def test_settings_of_the_deployment_exist(page: str) -> None:
    named = set(re.findall(r"\bASOUD_[A-Z0-9_]+|\b(?:DATABASE|REDIS)_URL\b|\bSENTRY_DSN\b", page))
    known = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", REFERENCE["settings"], re.MULTILINE))
    assert named - known - {"ASOUD_PROFILE"} == set()


@each_guide
def test_paths_of_the_api_exist(page: str) -> None:
    paths = json.loads((DOCS / "openapi.json").read_text("utf-8"))["paths"]
    known = re.compile("|".join(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) for path in paths))
    page = re.sub(r"/\$[A-Z]+", "/{id}", page)  # variables of the shell
    for path in re.findall(r"(/api/v1/[\w./{}<>-]*\w[}>]?)(?![\w/.-]*\.\.\.)", page):
        addon = path.split("/")[3]
        if addon not in NAMES_OF_EXAMPLES and addon != "openapi.json":
            assert known.fullmatch(path), path


@each_guide
def test_links_lead_somewhere(page: str) -> None:
    for target, anchor in re.findall(r"\]\(([^)#]+\.md)(?:#([\w-]+))?\)", page):
        path = next((folder / target for folder in (ROOT, DOCS) if (folder / target).is_file()), None)
        assert path is not None, target
        headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
        anchors = {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings}
        assert not anchor or anchor in anchors, f"{target}#{anchor}"


@each_guide
def test_targets_of_make_exist(page: str) -> None:
    made = set(re.findall(r"^([a-z][\w-]*):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^ {4}|`)make ([a-z][\w-]*)", page, re.MULTILINE)) - made == set()


def test_the_readmes_first_screen_has_the_two_commands_and_the_smallest_addon() -> None:
    screen = (ROOT / "README.md").read_text("utf-8").partition("\n## ")[0]
    assert re.findall(r"^ {4}make (\w+)", screen, re.MULTILINE) == ["run", "test"]
    assert len(screen.splitlines()) <= 50
    assert "`pyproject.toml`" in screen
    assert "`asoud_hello/__init__.py`" in screen
