"""The check that looks into an addon's wheel says what is wrong when there can be none."""

from __future__ import annotations

from pathlib import Path

import pytest

from addon_sdk.testing.package_checks import package_data_is_in_the_wheel
from kernel.addons.discovery import discover
from tests.addons.packages import Site

PROJECT = """
[build-system]
requires = []
build-backend = "setuptools.build_meta"

[project]
name = "asoud-unbuilt"
version = "{version}"
dependencies = ["asoud"]

[tool.setuptools]
packages = ["asoud_unbuilt"]
"""


def problems(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> list[str]:
    site = Site(folder)
    site.add("unbuilt", {"notes.txt": "not in the wheel"})
    (folder / "site" / "pyproject.toml").write_text(PROJECT.format(version=version))
    monkeypatch.syspath_prepend(str(folder / "site"))
    return package_data_is_in_the_wheel(next(found for found in discover() if found.name == "unbuilt"))


def test_a_file_that_the_wheel_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(tmp_path, monkeypatch, "1.0") == [
        "asoud_unbuilt/notes.txt: is not in the wheel; add it to package data in pyproject.toml."
    ]


def test_a_wheel_that_cannot_be_built_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = problems(tmp_path, monkeypatch, "no version")
    assert "no wheel can be built: " in found
    assert "InvalidVersion" in found or "must be pep440" in found
