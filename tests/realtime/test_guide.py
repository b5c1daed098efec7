"""The Python client of docs/socketio.md, run as it stands on the page; the namespace is the test's."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sites import Site

PAGE = (Path(__file__).parents[2] / "docs" / "socketio.md").read_text("utf-8")


def run(site: Site, token: str) -> subprocess.CompletedProcess[str]:
    """The page's client with this token; then it asks who it is, and leaves."""
    (block,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert '"https://shop.example"' in block
    client = block.replace('"https://shop.example"', repr(site.process.url)).replace("/chat", "/lobby")
    asked = 'print(chat.call("whoami", {}, namespace="/lobby")["ok"])\nchat.disconnect()\n'
    script = f"def current():\n    return {token!r}\n\n{client}\n{asked}"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)


def test_it_connects_and_is_answered(site: Site) -> None:
    done = run(site, site.login().access_token)
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_a_refusal_reaches_its_handler_and_connect_raises(site: Site, token: str) -> None:
    done = run(site, token)
    assert done.stdout.startswith("not_authenticated "), done.stderr
    assert "ConnectionError" in done.stderr
