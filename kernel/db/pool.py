"""The pool of either database: says 503 when it is used up, and asks connections that have rested if they live."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import URL, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DisconnectionError, TimeoutError
from sqlalchemy.pool import PoolProxiedConnection

from kernel.db.failures import DatabaseAway, translate_failure
from kernel.db.json import dumps, loads

REST_SECONDS = 1.0
"""A connection that rested longer is asked before it is used; a busy pool so never pays for the question."""


class WaitingPool(QueuePool):
    """A pool whose exhaustion is a problem for the client to try again, not a fault of the server."""

    def connect(self) -> PoolProxiedConnection:
        """Check a connection out. Raises `DatabaseAway` when none came free in time."""
        try:
            return super().connect()
        except TimeoutError as error:
            raise DatabaseAway("Every database connection of this process is in use.") from error


def pooled_engine(url: URL, *, pool_size: int, wait_seconds: float, connect_args: dict[str, Any]) -> Engine:
    """An engine with ``pool_size`` connections at most, for which callers wait ``wait_seconds`` at most."""
    engine = create_engine(
        url,
        poolclass=WaitingPool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=wait_seconds,
        pool_use_lifo=True,
        connect_args=connect_args,
        json_serializer=dumps,
        json_deserializer=loads,
    )
    event.listen(engine, "handle_error", translate_failure)
    return engine


def ask_rested_connections(engine: Engine) -> None:
    """Replace connections that died while they rested in the pool, as after a restart of the server."""

    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) > REST_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error
