"""The database of one app: its engine, the session of each app context, and where transactions begin and end."""

from __future__ import annotations

import contextlib
import os
import threading
import weakref

from flask import g
from sqlalchemy import Engine, MetaData, make_url

from config import Settings
from kernel.db.failures import DatabaseAway
from kernel.db.model import Model
from kernel.db.postgres import import_cooperative_psycopg, postgres_engine
from kernel.db.sessions import DOOMED, ContextSession
from kernel.db.sqlite import sqlite_engine

_SESSION = "asoud_session"
_databases: weakref.WeakSet[Database] = weakref.WeakSet()
_inherited: list[object] = []
"""Sessions that a forked child found. Kept for ever: closing them would end the parent's connections."""


class Database:
    """What stands at ``platform.db``; Flask-Migrate too takes ``engine`` and ``metadata`` from it."""

    metadata: MetaData = Model.metadata

    def __init__(self, settings: Settings, role: str) -> None:
        self.engine = make_engine(settings, role)
        self._reader = self.engine.execution_options(begin="")
        self._wait_seconds = settings.database_wait_seconds
        self._turn = threading.Lock() if self.is_sqlite else None
        self._era = object()
        _databases.add(self)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default."""
        return self.engine.dialect.name == "sqlite"

    def session(self) -> ContextSession:
        """The session of the current app context."""
        found: ContextSession | None = g.get(_SESSION)
        if found is None or found.era is not self._era:
            if found is not None:
                _inherited.append(found)
            found = ContextSession(self._reader, self.engine, self._era)
            setattr(g, _SESSION, found)
        return found

    def close_session(self, _error: BaseException | None = None) -> None:
        """End of the app context: give the connection back."""
        found: ContextSession | None = g.pop(_SESSION, None)
        if found is not None and found.era is self._era:
            with contextlib.suppress(DatabaseAway):
                found.close()

    def begin(self, current: ContextSession) -> None:
        """Turn a reading session into a writing one. Raises `DatabaseAway` when no turn came free in time."""
        current.refuse_unsaved()
        self._take_turn()
        try:
            current.commit()
            current.expire_all()
            current.writing = True
            current.connection()
        except BaseException:
            self._leave(current, roll_back=True)
            raise

    def end(self, current: ContextSession, *, failed: bool) -> None:
        """Commit, or roll back; then run what waited for the commit."""
        doomed, roll_back = current.doomed, True
        try:
            if not failed and not doomed:
                current.commit()
                roll_back = False
        finally:
            self._leave(current, roll_back=roll_back)
        if doomed and not failed:
            raise RuntimeError(DOOMED)
        if not roll_back:
            current.run_callbacks()

    def _leave(self, current: ContextSession, *, roll_back: bool) -> None:
        try:
            if roll_back:
                current.callbacks.clear()
                with contextlib.suppress(DatabaseAway):  # the server rolls back by itself then
                    current.rollback()
        finally:
            current.writing = current.doomed = False
            if self._turn is not None:
                self._turn.release()

    def _take_turn(self) -> None:
        """SQLite has one writer: line up inside the process, so that only processes have to poll for each other."""
        if self._turn is not None and not self._turn.acquire(timeout=self._wait_seconds):
            raise DatabaseAway("Another transaction of this process holds the database for too long.")

    def forget_connections(self) -> None:
        """In a forked child: leave the parent's connections alone and make new ones."""
        self.engine.dispose(close=False)
        self._era = object()
        self._turn = threading.Lock() if self.is_sqlite else None


def make_engine(settings: Settings, role: str) -> Engine:
    """The engine for ``settings.database``. Nothing connects yet."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        return sqlite_engine(url, pool_size=settings.pool_size, wait_seconds=settings.database_wait_seconds)
    if settings.async_mode == "eventlet" and role in ("realtime", "run"):
        import_cooperative_psycopg()
    return postgres_engine(
        url,
        pool_size=settings.pool_size,
        wait_seconds=settings.database_wait_seconds,
        statement_timeout_ms=settings.statement_timeout_ms,
    )


def _after_fork() -> None:
    for database in _databases:
        database.forget_connections()


os.register_at_fork(after_in_child=_after_fork)
