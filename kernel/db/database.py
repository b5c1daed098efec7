"""The database of one app: its engine, the session of each app context, and where transactions begin and end."""

from __future__ import annotations

import contextlib
import os
import weakref
from dataclasses import dataclass
from pathlib import Path

from flask import g
from sqlalchemy import URL, Connection, Engine, MetaData, event, make_url
from sqlalchemy.exc import ArgumentError

from config import ConfigurationError, Settings
from kernel.db.deadlines import StatementLimit
from kernel.db.failures import DatabaseAway
from kernel.db.model import Model
from kernel.db.postgres import import_cooperative_psycopg, postgres_engine
from kernel.db.sessions import DOOMED, ContextSession
from kernel.db.sqlite import sqlite_engine
from kernel.db.turns import Turns

_HELD = "asoud_database"
_databases: weakref.WeakSet[Database] = weakref.WeakSet()
_inherited: list[object] = []
"""What a forked child found open. Kept for ever: closing it would end the parent's connections."""


@dataclass(slots=True)
class _Held:
    """What one app context has open: a session, or a bare connection as long as nobody asked for a session."""

    era: object
    session: ContextSession | None = None
    connection: Connection | None = None

    def release(self) -> None:
        with contextlib.suppress(DatabaseAway):
            if self.session is not None:
                self.session.close()
            if self.connection is not None:
                self.connection.close()
        self.connection = None


class Database:
    """What stands at ``platform.db``; Flask-Migrate too takes ``engine`` and ``metadata`` from it."""

    metadata: MetaData = Model.metadata

    def __init__(self, settings: Settings, role: str) -> None:
        self.reader = make_engine(settings, role)
        """In autocommit, for single statements that read. Listeners on it hear the other engine's statements too."""
        self.engine = transactional(self.reader)
        """On the same connections, for transactions."""
        self._limit = StatementLimit(self.reader, statement_timeout_ms=settings.statement_timeout_ms)
        self._wait_seconds = settings.database_wait_seconds
        self._turn = Turns() if self.is_sqlite else None
        self._era = object()
        _databases.add(self)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default."""
        return self.reader.dialect.name == "sqlite"

    def session(self) -> ContextSession:
        """The session of the current app context."""
        held = self._held()
        if held.session is None:
            held.release()
            held.session = ContextSession(self.reader, self.engine, self._limit)
        return held.session

    def read_connection(self) -> Connection:
        """The session's connection or, where there is no session, a bare one: a hot read so pays for no session."""
        held = self._held()
        if held.session is not None:
            self._limit.heed(held.session.connection)
            return held.session.connection()
        if held.connection is None or held.connection.invalidated:
            held.release()
            held.connection = self.reader.connect()
        bare = held.connection
        self._limit.heed(lambda: bare)
        return bare

    def _held(self) -> _Held:
        held: _Held | None = g.get(_HELD)
        if held is None or held.era is not self._era:
            _inherited.extend([held] if held is not None else [])
            held = _Held(self._era)
            setattr(g, _HELD, held)
        return held

    def in_transaction(self) -> bool:
        """Whether a transaction is open in this app context; makes no session to find out."""
        held: _Held | None = g.get(_HELD)
        return held is not None and held.session is not None and held.session.depth > 0

    def close_session(self, _error: BaseException | None = None) -> None:
        """End of the app context: give the connection back."""
        held: _Held | None = g.pop(_HELD, None)
        if held is not None and held.era is self._era:
            held.release()

    def begin(self, current: ContextSession) -> None:
        """Turn a reading session into a writing one. Raises `DatabaseAway` when no turn came free in time."""
        current.refuse_unsaved()
        current.commit()  # gives the reading connection back: who waits for a turn must not hold what its holder needs
        self._take_turn()
        try:
            current.expire_all()
            current.writing = True
            current.connection()
            self._limit.heed(current.connection)
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
        self._turn = Turns() if self.is_sqlite else None


def make_engine(settings: Settings, role: str) -> Engine:
    """The engine for ``settings.database``, in autocommit. Nothing connects yet.

    Raises ConfigurationError for other databases.
    """
    url = _url(settings.database)
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ConfigurationError("DATABASE_URL: SQLite needs a file, like sqlite:////var/lib/asoud/asoud.db.")
        return sqlite_engine(url, pool_size=settings.pool_size, wait_seconds=settings.database_wait_seconds)
    if url.drivername != "postgresql+psycopg":
        raise ConfigurationError(f"DATABASE_URL: must start with postgresql:// or sqlite://, not {url.drivername}://.")
    if settings.async_mode == "eventlet" and role in ("realtime", "run"):
        import_cooperative_psycopg()
    return postgres_engine(
        url,
        pool_size=settings.pool_size,
        wait_seconds=settings.database_wait_seconds,
        statement_timeout_ms=settings.statement_timeout_ms,
    )


def database_exists(settings: Settings) -> bool:
    """Whether there is a database to ask: SQLite would make the file. A server's is taken to be there."""
    url = _url(settings.database)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()


def transactional(engine: Engine) -> Engine:
    """The same engine, but a transaction on it sends its BEGIN; the option ``begin`` may say another one.

    Reads have the plain engine: a listener on what each connection does, and joining it, costs a hot read a third.
    """
    begin = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "BEGIN"
    writer = engine.execution_options(begin=begin)
    event.listen(writer, "begin", _send_begin)
    return writer


def _send_begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options()["begin"])


def _url(address: str) -> URL:
    try:
        return make_url(address)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise ConfigurationError("DATABASE_URL: is no address; write it like postgresql://user@host/name.") from None


def _after_fork() -> None:
    for database in _databases:
        database.forget_connections()


os.register_at_fork(after_in_child=_after_fork)
