"""Every migration of this repository runs up, down and up again on both databases, and matches the models."""

from __future__ import annotations

from pathlib import Path

import pytest

from addon_sdk.testing.deployments import install_addons, settings_for
from kernel.addons.discovery import discover
from kernel.addons.graph import build
from kernel.app import create_app
from kernel.db import migrations

ROOT = Path(__file__).parents[2]
OURS = sorted(path.parent.name for path in ROOT.glob("addons/*/pyproject.toml"))


def test_no_drift_up_or_down(database_url: str, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, database_url=database_url)
    install_addons(settings, OURS)
    owners = ["kernel", *(candidate.name for candidate in build(discover()).order if candidate.name in OURS)]
    app = create_app(settings, role="cli")
    with app.app_context():
        assert {owner: migrations.check(owner) for owner in owners} == {owner: [] for owner in owners}
        for owner in reversed(owners):
            migrations.downgrade(owner, "base")
        assert [migrations.owned_tables(owner) for owner in owners[1:]] == [[] for _ in owners[1:]]
        for owner in owners:
            migrations.upgrade(owner)
        assert {owner: migrations.check(owner) for owner in owners} == {owner: [] for owner in owners}
    app.extensions["asoud"].close()


@pytest.mark.parametrize("addon", OURS)
def test_every_addon_runs_the_generic_checks(addon: str) -> None:
    tests = (ROOT / "addons" / addon / "tests").glob("test_*.py")
    assert any(f'conformance("{addon}")' in path.read_text("utf-8") for path in tests)
