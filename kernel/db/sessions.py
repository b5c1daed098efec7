"""One session per app context: it reads on an autocommit connection, and writes inside `transaction` only."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Executable, event
from sqlalchemy.orm import ORMExecuteState, Session

from kernel.context import current_addon, in_addon
from kernel.db.deadlines import StatementLimit
from kernel.db.failures import DatabaseAway, StatementTooSlow
from kernel.db.softdelete import leave_out_deleted
from kernel.runtime import platform

log = logging.getLogger(__name__)

Callback = Callable[[], object]
UNSAVED = "Objects were added or changed outside a transaction. Do it inside `with transaction():`."

DOOMED = (
    "An inner transaction failed and its error was swallowed, so the outer one cannot be committed. "
    "Let the error through, or open the inner one with transaction(nested=True)."
)


class ContextSession(Session):
    """The session of one app context. Objects that were read before a transaction can be changed inside it."""

    def __init__(self, reader: Engine, writer: Engine, limit: StatementLimit) -> None:
        super().__init__(expire_on_commit=False)
        self.engines = {False: reader, True: writer}
        self.limit = limit
        self.writing = False
        self.depth = 0
        self.doomed = False
        self.callbacks: list[tuple[str, Callback]] = []

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine:
        """The engine that fits: a transaction's, or the one whose statements stand alone."""
        return self.engines[self.writing]

    def refuse_unsaved(self) -> None:
        """Raise RuntimeError when objects were changed outside a transaction, where the change would be lost."""
        if self.new or self.deleted or any(self.is_modified(item) for item in self.dirty):
            raise RuntimeError(UNSAVED)

    def after_commit(self, callback: Callback) -> None:
        """Remember ``callback`` for after the commit, to run as code of the addon that runs now."""
        self.callbacks.append((current_addon(), callback))
        if not self.writing:
            self.run_callbacks()

    def run_callbacks(self) -> None:
        """Run and forget what was remembered. A failing callback is logged; what was committed stays."""
        waiting, self.callbacks = self.callbacks, []
        for addon, callback in waiting:
            try:
                with in_addon(addon):
                    callback()
            except Exception:  # the commit stands, and the other callbacks have their right too
                log.exception("after_commit_failed: %r of addon %s", callback, addon)


@event.listens_for(ContextSession, "before_flush")
def _refuse_writing_outside(session: ContextSession, *_: object) -> None:
    if not session.writing:
        raise RuntimeError(UNSAVED)


@event.listens_for(ContextSession, "do_orm_execute")
def _execute(state: ORMExecuteState) -> Any:
    current: Any = state.session
    current.limit.heed(current.connection)
    if state.is_orm_statement and not state.is_column_load and not state.execution_options.get("include_deleted"):
        state.statement = _present_rows(state.statement)
    if current.writing:
        if state.is_select and getattr(state.statement, "_for_update_arg", None) is not None:
            state.update_execution_options(populate_existing=True)  # a lock is for seeing the row as it is now
        return None
    if state.is_insert or state.is_update or state.is_delete:
        raise RuntimeError("This statement writes. Execute it inside `with transaction():`.")
    if state.is_select and not state.is_column_load and not state.is_relationship_load:
        state.update_execution_options(populate_existing=True)  # a long-lived context must not see old values
    try:
        return state.invoke_statement()
    except StatementTooSlow:
        raise
    except DatabaseAway:  # perhaps only this connection: the server was restarted
        current.rollback()
        return state.invoke_statement()


_seen: WeakKeyDictionary[Executable, Executable] = WeakKeyDictionary()
"""Statements that are built once are prepared once too; the prepared one keeps its cache key."""


def _present_rows(statement: Executable) -> Executable:
    prepared = _seen.get(statement)
    if prepared is None:
        prepared = _seen[statement] = leave_out_deleted(statement)
    return prepared


def session() -> Session:
    """The session of this app context: a transaction's when one is open, else one for reading.

    Raises RuntimeError when something is written outside `transaction`.
    """
    return platform.db.session()


def read_connection() -> Connection:
    """A connection for hot reads with SQLAlchemy Core: the transaction's when one is open, else one in autocommit.

    Ask for it at each use instead of keeping it; don't close it, and don't write on it.
    """
    return platform.db.read_connection()


def after_commit(callback: Callback) -> None:
    """Run ``callback`` after the outermost commit; at once when no transaction is open; never after a rollback.

    Its errors are logged: they never undo what was committed.
    """
    platform.db.session().after_commit(callback)
