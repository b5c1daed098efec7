"""What surrounds an app in tests: its database, jobs, outbox, settings and emulators."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from flask import Flask
from sqlalchemy import Select, event, func, select
from werkzeug.serving import BaseWSGIServer, make_server

from addon_sdk.testing.draining import drain
from kernel.db import Model, session
from kernel.events.models import EventRow

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """Looks into the app's database, each time in an app context of its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a service in an app context; what it returns."""
        with self._app.app_context():
            return function(*args, **kwargs)

    def all(self, query: Select[Any]) -> Sequence[Any]:
        """The rows or objects of a query."""
        with self._app.app_context():
            return session().scalars(query).all()

    def count(self, model: type[Model]) -> int:
        """How many rows the model's table has."""
        with self._app.app_context():
            return session().scalar(select(func.count()).select_from(model)) or 0

    @contextmanager
    def queries(self) -> Iterator[list[str]]:
        """Collects the SQL statements that the app sends inside the block, so that a test can count them."""
        found: list[str] = []
        engine = self._app.extensions["asoud"].db.reader

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            found.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield found
        finally:
            event.remove(engine, "before_cursor_execute", note)


class JobRunner:
    """Delivers events and runs jobs here and now, without a worker."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def run(self) -> int:
        """Deliver every published event and run every due job, and what these cause; how many there were."""
        with self._app.app_context():
            return drain()


class Outbox:
    """The events that have been published."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def _rows(self) -> Sequence[EventRow]:
        with self._app.app_context():
            return session().scalars(select(EventRow).order_by(EventRow.id)).all()

    def names(self) -> list[str]:
        """Their names, in the order of publication."""
        return [row.name for row in self._rows()]

    def payloads(self, name: str) -> list[dict[str, Any]]:
        """The payloads of all events called ``name``."""
        return [row.payload for row in self._rows() if row.name == name]


class SettingsMap(MutableMapping[str, Any]):
    """Settings of addons, by full name."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getitem__(self, name: str) -> Any:
        with self._app.app_context():
            return self._app.extensions["asoud"].preferences.get(name)

    def __setitem__(self, name: str, value: Any) -> None:
        with self._app.app_context():
            self._app.extensions["asoud"].preferences.set(name, value)

    def __delitem__(self, name: str) -> None:
        with self._app.app_context():
            self._app.extensions["asoud"].preferences.reset(name)

    def __iter__(self) -> Iterator[str]:
        with self._app.app_context():
            return iter(self._app.extensions["asoud"].preferences.names())

    def __len__(self) -> int:
        return len(list(iter(self)))


class Emulators:
    """Emulators of outside services, each served by a thread on a free port."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._servers: list[BaseWSGIServer] = []

    def start(self, addon: str) -> str:
        """Start the emulator that ``addon`` declares; its address. Raises LookupError when it declares none."""
        import importlib

        loaded = self._app.extensions["asoud"].registry.loaded[addon]
        from kernel.addons.contributions import contributions_of

        importlib.import_module(f"{loaded.candidate.package}.emulator")
        declared = next((c.value for c in contributions_of(addon) if c.kind == "emulator"), None)
        if declared is None:
            raise LookupError(f"{addon} declares no emulator.")
        server = make_server("127.0.0.1", 0, declared.make_app(), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    def close(self) -> None:
        """End them all."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
