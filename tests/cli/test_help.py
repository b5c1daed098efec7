"""Asking what there is changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernel.cli import session
from kernel.cli.main import main


@pytest.mark.parametrize(
    ("args", "code"),
    [(["--help"], 0), (["--version"], 0), (["no-such-command"], 2), (["market"], 1), (["demo", "load", "--help"], 0)],
)
def test_help_leaves_no_file_behind(
    args: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    session.cli_app.cache_clear()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("ASOUD_DATA_DIR", raising=False)
    with pytest.raises(SystemExit) as ended:
        main(args)
    assert ended.value.code == code
    assert list(tmp_path.iterdir()) == []
    assert "Traceback" not in capsys.readouterr().err
