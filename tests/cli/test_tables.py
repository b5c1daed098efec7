"""Tables that commands print: nothing that is copied into the next command is broken, however narrow the terminal."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kernel.cli.session import show

ROWS: list[dict[str, Any]] = [
    {"id": "0198c0de-0000-7000-8000-000000000000", "name": "loyalty.recount_points", "reason": "no [red] one: [1]"},
    {"id": "0198c0de-0000-7000-8000-000000000001", "name": "chat.tidy", "reason": None},
]
COLUMNS = ("id", "name", "reason")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """What a terminal of that many columns shows, line by line."""

    def shown(width: int) -> list[str]:
        for name, value in {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": str(width)}.items():
            monkeypatch.setenv(name, value)
        show(ROWS, COLUMNS, as_json=False)
        return [line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out).splitlines()]

    return shown


def words(lines: list[str]) -> list[list[str]]:
    return [line.split() for line in lines]


def test_a_wide_terminal_has_one_line_for_each_row(terminal: Any) -> None:
    assert words(terminal(120)) == [
        [*COLUMNS],
        [ROWS[0]["id"], "loyalty.recount_points", "no", "[red]", "one:", "[1]"],
        [ROWS[1]["id"], "chat.tidy"],
    ]


def test_what_is_free_text_gives_way_first(terminal: Any) -> None:
    lines = words(terminal(76))
    assert lines[1][:2] == [ROWS[0]["id"], "loyalty.recount_points"]
    assert [word for line in lines[1:3] for word in line][2:] == ["no", "[red]", "one:", "[1]"]
    assert len(lines) == 4


def test_a_narrow_terminal_has_a_block_for_each_row(terminal: Any) -> None:
    assert terminal(60) == [
        f"id      {ROWS[0]['id']}",
        "name    loyalty.recount_points",
        "reason  no [red] one: [1]",
        "",
        f"id      {ROWS[1]['id']}",
        "name    chat.tidy",
        "reason",
    ]


def test_what_is_no_terminal_gets_whole_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    show([{"id": "1", "reason": "long " * 60}], ("id", "reason"), as_json=False)
    assert words(capsys.readouterr().out.splitlines()) == [["id", "reason"], ["1", *["long"] * 60]]
