"""The benchmarks run: what they measure is no test's business, but a reference that has gone stale is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.catalogue import LINES

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.timeout(300)
def test_the_bare_view_answers_what_the_platform_does() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--only", "product"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    for line in LINES["product"]:
        assert f"| {line}" in done.stdout
