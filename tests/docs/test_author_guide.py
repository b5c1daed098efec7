"""The author's guide and the README's addon are built and run exactly as they stand on the page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.addons.packages import Site

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```\w+ title=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command: list[str], folder: Path, env: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_the_guides_addon_passes_its_own_tests(tmp_path: Path) -> None:
    project = tmp_path / "guestbook"
    for name, text in _BLOCK.findall((ROOT / "docs" / "author.md").read_text("utf-8")):
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (project / "asoud_guestbook" / "py.typed").touch()
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(project), str(ROOT)]),
        "ASOUD_DATA_DIR": str(tmp_path / "data"),
    }
    (tmp_path / "data").mkdir()
    egg_info = [
        sys.executable,
        "-c",
        "from setuptools import setup; setup()",
        "-q",
        "egg_info",
    ]  # as pip install -e does
    run(egg_info, project, env)
    asoud = [sys.executable, "-c", "from kernel.cli import main; main()"]
    run([*asoud, "db", "upgrade"], project, env)
    run([*asoud, "addons", "install", "users"], project, env)
    run([*asoud, "db", "revision", "--addon", "guestbook", "--message", "Entries"], project, env)
    run([sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", "tests"], project, env)


def test_the_readmes_two_files_answer_what_it_says(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    answer = re.search(r"^    (\{.*\})$", text, re.MULTILINE)
    assert code is not None
    assert answer is not None
    site = Site(tmp_path)
    (tmp_path / "data").mkdir()
    site.asoud("db", "upgrade")
    site.add("hello", {"__init__.py": code[1]})
    site.asoud("addons", "install", "hello")
    asked = "print(create_app().test_client().get('/api/v1/hello/greetings/Sara').text)"
    served = site.python(f"from kernel.app import create_app\n{asked}")
    assert served.stdout.strip() == answer[1]
