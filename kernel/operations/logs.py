"""Logs: one line per event on stderr, JSON for machines or coloured text for people, with who was at work."""

from __future__ import annotations

import logging
import os
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

from config import Settings
from kernel.context import KERNEL, current_addon, current_request_id

Event = MutableMapping[str, Any]


def init_logging(settings: Settings) -> None:
    """Set up structlog, and the standard library's loggers through it. May be called again with other settings."""
    people = settings.log_format == "console"
    level = logging.getLevelNamesMapping().get(settings.log_level.upper(), logging.INFO)
    shared: list[Any] = [
        add_context,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[Any] = (
        [structlog.dev.ConsoleRenderer(colors=os.isatty(2), exception_formatter=structlog.dev.plain_traceback)]
        if people
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_json)]
    )
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=StandardErrorLogger,
        cache_logger_on_first_use=False,
    )
    handler = _Handler()
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[meta, *render], foreign_pre_chain=shared))
    root = logging.getLogger()
    for old in [item for item in root.handlers if isinstance(item, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))  # libraries say at INFO what only their authors want to read


def add_context(logger: object, method: str, event: Event) -> Event:
    """Add the request and the addon at work to a log event."""
    if request_id := current_request_id():
        event.setdefault("request_id", request_id)
    if (addon := current_addon()) != KERNEL:
        event.setdefault("addon", addon)
    return event


def _json(event: Event, **options: Any) -> str:
    return orjson.dumps(event, default=options.get("default", str), option=orjson.OPT_NON_STR_KEYS).decode()


def write_line(line: str) -> None:
    """Write one line to the standard error of the process, whole: lines of several processes don't mix."""
    data = line.encode(errors="replace") + b"\n"
    try:
        while data:
            data = data[os.write(2, data) :]
    except OSError:  # nobody reads the log any more; that must not stop the work
        return


class StandardErrorLogger:
    """Where structlog's lines go."""

    def __init__(self, *args: object) -> None:
        self.name = args[0] if args else None

    def msg(self, message: str) -> None:
        """Write one line, whatever its level."""
        write_line(message)

    debug = info = warning = warn = error = critical = fatal = exception = log = failure = msg


class _Handler(logging.Handler):
    """Where the standard library's lines go: to the same place."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        write_line(self.format(record))
