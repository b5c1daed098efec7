"""docs/speed.md shows every line that the benchmarks give, and no other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = "## As last measured"


def bench(*arguments: str) -> str:
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_table_has_the_lines_of_the_benchmarks() -> None:
    rows = [row for row in (ROOT / "docs/speed.md").read_text("utf-8").partition(RESULTS)[2].splitlines() if "|" in row]
    shown = [row.split("|")[1].strip() for row in rows[2:]]
    listed = [line.partition(": ")[2] for line in bench("--list").splitlines()]
    assert shown == listed


def test_the_options_that_the_page_names_exist() -> None:
    page, usage = (ROOT / "docs/speed.md").read_text("utf-8"), bench("--help")
    for option in ("--only", "--quick", "--list"):
        assert option in page
        assert option in usage


def test_each_benchmark_has_a_module_that_measures() -> None:
    names = {line.partition(": ")[0] for line in bench("--list").splitlines()}
    for name in names:
        assert "def run(stage: Stage, quick: bool)" in (ROOT / "bench" / f"{name}.py").read_text("utf-8")
