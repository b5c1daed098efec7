"""Pid files and who is told to take new code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Testing
from kernel.errors import OperatorError
from kernel.serving.signals import pid_file, pid_folder, running_masters, signal_servers


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends by HUP, as anything does that doesn't handle it, also where nohup runs the tests."""
    code = "import signal, time; signal.signal(signal.SIGHUP, signal.SIG_DFL); print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_pid_file_lives_as_long_as_its_master(tmp_path: Path) -> None:
    with pid_file(tmp_path, "worker") as path:
        assert running_masters(tmp_path) == {path: os.getpid()}
    assert running_masters(tmp_path) == {}
    assert not path.exists()


def test_only_one_master_may_be_alone(tmp_path: Path) -> None:
    with (
        pid_file(tmp_path, "run", alone=True),
        pytest.raises(OperatorError, match=f"another `asoud run` \\(process {os.getpid()}\\)"),
        pid_file(tmp_path, "run", alone=True),
    ):
        pass


def test_the_file_of_a_dead_master_is_removed_not_signalled(tmp_path: Path) -> None:
    pid_folder(tmp_path).mkdir()
    left = pid_folder(tmp_path) / "worker-7.pid"
    left.write_text(f"{os.getpid()} elsewhere\n")
    assert signal_servers(Testing(data_dir=tmp_path)) == []
    assert not left.exists()


def test_a_file_that_vanishes_meanwhile_is_passed_by(tmp_path: Path) -> None:
    with pid_file(tmp_path, "worker") as path:
        (pid_folder(tmp_path) / "cron-7.pid").symlink_to(tmp_path / "gone")  # listed, and then not to be opened
        assert running_masters(tmp_path) == {path: os.getpid()}


def test_a_master_of_another_container_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pid_file(tmp_path, "worker"):
        monkeypatch.setattr("socket.gethostname", lambda: "another-container")
        assert running_masters(tmp_path) == {}


def test_the_pid_file_of_another_server_stays_where_ours_are(tmp_path: Path, stranger: subprocess.Popen[bytes]) -> None:
    foreign = pid_folder(tmp_path) / "web.pid"
    foreign.parent.mkdir()
    foreign.write_text(f"{stranger.pid}\n")
    (line,) = signal_servers(Testing(data_dir=tmp_path, pid_files=(str(foreign),)))
    assert f"process {stranger.pid}" in line
    assert foreign.exists()


def test_own_masters_and_named_servers_are_told(tmp_path: Path, stranger: subprocess.Popen[bytes]) -> None:
    told = []
    before = signal.signal(signal.SIGHUP, lambda number, frame: told.append(number))
    foreign = tmp_path / "granian.pid"
    foreign.write_text(f"{stranger.pid}\n")
    try:
        with pid_file(tmp_path, "realtime"):
            lines = signal_servers(Testing(data_dir=tmp_path, pid_files=(str(foreign),)))
    finally:
        signal.signal(signal.SIGHUP, before)
    assert told == [signal.SIGHUP]
    assert stranger.wait(10) == -signal.SIGHUP
    assert [str(os.getpid()) in lines[0], str(stranger.pid) in lines[1], len(lines)] == [True, True, 2]


@pytest.mark.parametrize("content", [None, "", "no number"])
def test_a_server_that_does_not_run_is_said(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "web.pid"
    if content is not None:
        path.write_text(content)
    (line,) = signal_servers(Testing(data_dir=tmp_path, pid_files=(str(path),)))
    assert "no running server" in line
    assert "ASOUD_PID_FILES" in line


def test_a_server_that_is_gone_is_said(tmp_path: Path, stranger: subprocess.Popen[bytes]) -> None:
    path = tmp_path / "web.pid"
    path.write_text(str(stranger.pid))
    stranger.kill()
    stranger.wait()
    (line,) = signal_servers(Testing(data_dir=tmp_path, pid_files=(str(path),)))
    assert "is gone" in line


def test_a_server_of_another_user_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int, number: int) -> None:
        raise PermissionError

    path = tmp_path / "web.pid"
    path.write_text("1")
    monkeypatch.setattr("os.kill", refuse)
    (line,) = signal_servers(Testing(data_dir=tmp_path, pid_files=(str(path),)))
    assert "kill -HUP 1" in line


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorError, match="cannot be written to"), pid_file(tmp_path / "file", "worker"):
        pass
