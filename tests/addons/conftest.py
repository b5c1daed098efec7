"""Fixtures for tests of the addon system."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.addons.packages import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A fresh deployment on SQLite, its kernel tables migrated."""
    site = Site(tmp_path)
    (tmp_path / "data").mkdir()
    site.asoud("db", "upgrade")
    return site
