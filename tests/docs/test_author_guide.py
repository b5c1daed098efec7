"""The author's guide and the README's addon are built and run exactly as they stand on the page."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.addons.packages import Site

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "author.md").read_text("utf-8")
BASICS, FURTHER = re.split(r"^(?=## More that an addon can bring$)", GUIDE, flags=re.MULTILINE)
_BLOCK = re.compile(r"^```\w+ (title|add)=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^(## [^\n]+)\n\n(.*?)\n*(?=^## |\Z)", re.MULTILINE | re.DOTALL)


class Project:
    """The guide's addons in a folder, as a reader types them, and a site of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "guestbook"
        (folder / "data").mkdir()
        path = [str(self.folder), str(folder / "frames"), str(ROOT)]
        self._env = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "ASOUD_DATA_DIR": str(folder / "data")}

    def write(self, page: str) -> None:
        """Make the files of a part of the guide: ``title=`` is a whole file, ``add=`` goes to the end of one."""
        for kind, name, text in _BLOCK.findall(page):
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if kind == "add":
                before = path.read_text("utf-8")
                path.write_text(_with_rows(before, text) if path.suffix == ".md" else f"{before}\n{text}", "utf-8")
            else:
                path.write_text(text, "utf-8")

    def declare(self, folder: Path) -> None:
        """Write an addon's metadata, as ``pip install -e`` does."""
        self._run([sys.executable, "-c", "from setuptools import setup; setup()", "-q", "egg_info"], folder)

    def commands(self, page: str, *, check: bool = True) -> None:
        """Run the ``asoud`` commands that a part of the guide prints; ``check`` says whether the slow one, too."""
        for block in re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
            for line in block.splitlines():
                for command in line.split("&&"):
                    words = shlex.split(command, comments=True)
                    if words[:1] == ["asoud"] and (check or "check" not in words):
                        self._run([sys.executable, "-c", "from kernel.cli import main; main()", *words[1:]])

    def test(self) -> None:
        """Run its tests."""
        self._run([sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", "tests"])

    def _run(self, command: list[str], folder: Path | None = None) -> None:
        where = folder or self.folder
        done = subprocess.run(
            command, cwd=where, env=self._env, capture_output=True, text=True, timeout=400, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def _with_rows(readme: str, more: str) -> str:
    """A README with further rows in its tables, and with further sections."""
    for heading, rows in _SECTION.findall(more):
        head, found, tail = readme.partition(f"{heading}\n\n")
        table, gap, rest = tail.partition("\n\n")
        readme = f"{head}{found}{table.rstrip()}\n{rows}{gap}{rest}" if found else f"{head}\n{heading}\n\n{rows}\n"
    return readme


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.write(BASICS)
    (project.folder / "asoud_guestbook" / "py.typed").touch()
    project.declare(project.folder)
    return project


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_the_guides_addon_passes_its_own_tests(project: Project) -> None:
    project.commands(BASICS)
    project.test()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_more_it_can_bring_passes_too(project: Project) -> None:
    project.commands(BASICS, check=False)
    project.write(FURTHER)
    frames = project.folder.parent / "frames"
    metadata = (project.folder / "pyproject.toml").read_text("utf-8").replace("guestbook", "frames")
    (frames / "pyproject.toml").write_text(metadata.partition("[tool.setuptools.package-data]")[0], "utf-8")
    (frames / "README.md").touch()
    project.declare(frames)
    project.commands(FURTHER)
    project.test()


def test_the_readmes_two_files_answer_what_it_says(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    toml = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    answer = re.search(r"^    (\{.*\})$", text, re.MULTILINE)
    assert code is not None
    assert toml is not None
    assert answer is not None
    site = Site(tmp_path)
    (tmp_path / "data").mkdir()
    site.asoud("db", "upgrade")
    project = tomllib.loads(toml[1])["project"]
    ((name, target),) = project["entry-points"]["asoud.addons"].items()
    site.add(
        name,
        {"__init__.py": code[1]},
        requires=project["dependencies"],
        version=project["version"],
        distribution=project["name"],
        entry_point=target,
    )
    site.asoud("addons", "install", "hello")
    asked = "print(create_app().test_client().get('/api/v1/hello/greetings/Sara').text)"
    served = site.python(f"from kernel.app import create_app\n{asked}")
    assert served.stdout.strip() == answer[1]
