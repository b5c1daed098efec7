"""What is tracked is what is shipped: every file of a package is in its wheel, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECTS = sorted(path.parent for path in [ROOT / "pyproject.toml", *ROOT.glob("addons/*/pyproject.toml")])


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_the_wheel_holds_every_file_of_the_packages(project: Path, tmp_path: Path) -> None:
    packages = ["kernel", "addon_sdk", "config", "migrations"] if project == ROOT else [f"asoud_{project.name}"]
    listed = subprocess.run(
        ["git", "ls-files", "-z", *packages], cwd=project, capture_output=True, text=True, check=True
    )
    tracked = {name for name in listed.stdout.split("\0") if name and (project / name).exists()}
    source = tmp_path / "source"
    for name in (
        *tracked,
        *(name for name in ("pyproject.toml", "setup.cfg", "README.md") if (project / name).exists()),
    ):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project / name, source / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert shipped == tracked
