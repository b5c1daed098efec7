"""Logs of ours and of libraries, for machines and for people."""

from __future__ import annotations

import json
import logging
import os

import pytest
import structlog

from config import Testing
from kernel.context import in_addon, set_request_id
from kernel.operations.logs import init_logging, write_line


@pytest.fixture(autouse=True)
def quiet_again() -> object:
    yield
    set_request_id(None)
    init_logging(Testing())


def test_json_names_the_addon_and_the_request(capfd: pytest.CaptureFixture[str]) -> None:
    init_logging(Testing(log_level="INFO", log_format="json"))
    set_request_id("r-9")
    with in_addon("region"):
        structlog.get_logger("x").info("city_found", city="تهران", number=3)
    line = json.loads(capfd.readouterr().err)
    assert {key: line[key] for key in ("event", "city", "number", "addon", "request_id", "level")} == {
        "event": "city_found", "city": "تهران", "number": 3, "addon": "region", "request_id": "r-9", "level": "info",
    }  # fmt: skip


def test_errors_carry_their_traceback_on_the_same_line(capfd: pytest.CaptureFixture[str]) -> None:
    init_logging(Testing(log_level="INFO", log_format="json"))
    try:
        raise ValueError("wrong")
    except ValueError:
        structlog.get_logger("x").exception("failed", thing={1: object})
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "ValueError: wrong" in json.loads(lines[0])["exception"]


def test_libraries_log_the_same_way_from_warning_on(capfd: pytest.CaptureFixture[str]) -> None:
    init_logging(Testing(log_level="INFO", log_format="json"))
    init_logging(Testing(log_level="INFO", log_format="json"))
    logging.getLogger("some.library").info("chatter")
    logging.getLogger("some.library").warning("odd %s", "thing")
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [("odd thing", "warning")]


def test_people_read_no_json(capfd: pytest.CaptureFixture[str]) -> None:
    init_logging(Testing(log_level="INFO", log_format="console"))
    structlog.get_logger("x").info("hello", name="Sara")
    text = capfd.readouterr().err
    assert "hello" in text
    assert "name=Sara" in text
    assert not text.startswith("{")


def test_levels_below_the_setting_are_left_out(capfd: pytest.CaptureFixture[str]) -> None:
    init_logging(Testing(log_level="ERROR", log_format="json"))
    structlog.get_logger("x").warning("quiet")
    assert capfd.readouterr().err == ""


def test_a_closed_standard_error_stops_nothing() -> None:
    saved = os.dup(2)
    os.close(2)
    try:
        write_line("nobody reads this")
    finally:
        os.dup2(saved, 2)
        os.close(saved)
