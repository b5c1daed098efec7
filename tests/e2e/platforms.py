"""Whole platforms for end-to-end tests: real processes, started as an operator starts them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import requests
import sqlalchemy

from addon_sdk.testing.servers import free_port

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
T = TypeVar("T")


def until(look: Callable[[], T], what: str, *, seconds: float = 60) -> T:
    """Look again and again until the answer is true; the answer. Raises AssertionError saying ``what`` never came."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if answer := look():
                return answer
        except requests.RequestException:
            pass
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


@dataclass
class Deployment:
    """One deployment in a folder of its own. ``site`` is where pip puts strangers' packages."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    web_ports: list[int] = field(default_factory=list)
    socket_ports: list[int] = field(default_factory=list)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def site(self) -> Path:
        """Where pip puts what is installed into this deployment only."""
        return self.folder / "site"

    def env(self) -> dict[str, str]:
        """The environment of all its processes."""
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(self.site), str(ROOT)]),
            "ASOUD_DATA_DIR": str(self.folder / "data"),
            "ASOUD_SECRET_KEY": "a-secret-of-the-test-suite-that-is-long-enough",
            "ASOUD_READ_LIMIT": "0",  # the load comes from one address
            **self.environment,
        }

    def start(self, name: str, *command: str) -> None:
        """Start a process of the deployment, its output in a file of its name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(BIN / command[0]), *command[1:]], cwd=ROOT, env=self.env(), stdout=log, stderr=log
            )

    def log(self, name: str) -> str:
        """What the process has said."""
        return (self.folder / f"{name}.log").read_text()

    def asoud(self, *arguments: str, code: int = 0) -> str:
        """Run a command; what it prints."""
        done = subprocess.run(
            [str(BIN / "asoud"), *arguments],
            cwd=ROOT,
            env=self.env(),
            capture_output=True,
            text=True,
            timeout=170,
            check=False,
        )
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def pip_install(self, project: Path) -> None:
        """Install a project into this deployment, from a wheel."""
        command = ["-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target", str(self.site)]
        subprocess.run([sys.executable, *command, str(project)], check=True, capture_output=True, timeout=120)

    def execute(self, statement: str) -> int:
        """Run a statement on the database; how many rows it has changed."""
        url = self.environment.get("DATABASE_URL", f"sqlite:///{self.folder}/data/asoud.db")
        engine = sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            changed = connection.exec_driver_sql(statement).rowcount
        engine.dispose()
        return changed

    def url(self, path: str, turn: int = 0) -> str:
        """Address of a path, on the web servers in turn."""
        return f"http://127.0.0.1:{self.web_ports[turn % len(self.web_ports)]}{path}"

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        """GET on a fresh connection."""
        return requests.get(self.url(path), timeout=10, **kwargs)

    def log_in(self, mobile: str) -> dict[str, str]:
        """Log in as the user with this number, by the code in the outbox; headers that carry his token."""
        api = "/api/v1/users"
        asked = requests.post(self.url(f"{api}/login-codes"), json={"mobile": mobile}, timeout=10)
        assert asked.status_code == 202, asked.text
        code = until(lambda: self._code(mobile), f"a code for {mobile}")
        body = {"request_id": asked.json()["request_id"], "code": code}
        answer = requests.post(self.url(f"{api}/logins"), json=body, timeout=10)
        assert answer.status_code in (200, 201), answer.text
        return {"Authorization": f"Bearer {answer.json()['tokens']['access_token']}"}

    def _code(self, mobile: str) -> str | None:
        printed = self.asoud("users", "outbox", "--json")
        import json

        texts = [message["text"] for message in json.loads(printed) if message["mobile"].endswith(mobile[1:])]
        found = re.search(r"\d{6}", texts[0]) if texts else None
        return found[0] if found else None

    def stop(self) -> None:
        """End every process in good order; kill what doesn't."""
        for process in self.processes.values():
            process.send_signal(signal.SIGINT)
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def embedded(folder: Path) -> Deployment:
    """`asoud run`: SQLite, a Redis of its own, everything under one master."""
    deployment = Deployment(folder)
    deployment.web_ports = deployment.socket_ports = [free_port()]
    deployment.start("run", "asoud", "run", "--demo", "--port", str(deployment.web_ports[0]))
    until(lambda: "ASOUD serves on" in deployment.log("run"), "asoud run to serve", seconds=120)
    return deployment


def production(folder: Path, database_url: str, redis_url: str, *, server: str = "granian") -> Deployment:
    """PostgreSQL and Redis; a web server with two processes, two `asoud realtime`, a worker, and the cron process."""
    deployment = Deployment(
        folder, {"ASOUD_PROFILE": "production", "DATABASE_URL": database_url, "REDIS_URL": redis_url}
    )
    deployment.environment["ASOUD_REDIS_PREFIX"] = f"e2e-{folder.name}:"
    pid = folder / "data" / "run" / "web.pid"  # as `deploy` has it
    deployment.environment["ASOUD_PID_FILES"] = str(pid)
    pid.parent.mkdir(parents=True)
    deployment.asoud("db", "upgrade")
    deployment.asoud("addons", "install", "region", "users", "chat", "--no-wait")
    deployment.asoud("demo", "load")
    port = free_port()
    deployment.web_ports = [port]
    deployment.start("web", *_web_server(server, port, pid))
    for index in range(2):
        deployment.socket_ports.append(free_port())
        deployment.start(f"realtime{index}", "asoud", "realtime", "--port", str(deployment.socket_ports[index]))
    deployment.start("worker", "asoud", "worker")
    deployment.start("cron", "asoud", "cron")
    until(lambda: deployment.get("/health/ready").status_code == 200, "the web server to be ready", seconds=120)
    return deployment


def _web_server(server: str, port: int, pid: Path) -> list[str]:
    """The command of `deploy/systemd/asoud-web.service`, and its like with gunicorn."""
    if server == "granian":
        flags = (
            "--interface wsgi --workers 2 --blocking-threads 8 --http1-header-read-timeout 15000 "
            "--respawn-interval 10 --workers-kill-timeout 30"
        )
        return ["granian", *flags.split(), "--port", str(port), "--pid-file", str(pid), "wsgi:app"]
    flags = "--config python:kernel.serving.gunicorn --worker-class gthread --workers 2 --threads 8"
    return ["gunicorn", *flags.split(), "--bind", f"127.0.0.1:{port}", "--pid", str(pid), "wsgi:app"]
