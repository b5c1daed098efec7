"""Leases: locks in the database that end by themselves when their holder dies. One table, both databases.

A holder renews its lease from a thread; whoever finds one expired may take it. The clock is the database
client's, so machines must agree within a few seconds (`asoud doctor` looks).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import String, delete, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from kernel.clock import now
from kernel.db.model import Model
from kernel.db.sessions import session
from kernel.db.transactions import transaction
from kernel.db.types import UTCDateTime, new_id
from kernel.errors import ServiceUnavailable
from kernel.runtime import platform

log = structlog.get_logger(__name__)


class Lease(Model):
    """A held lock: who has it, and until when."""

    __tablename__ = "kernel_lease"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    holder: Mapped[UUID]
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


def acquire(name: str, holder: UUID, *, seconds: float) -> bool:
    """Take or renew a lease for ``seconds``; False when another holder has it."""
    until = now() + timedelta(seconds=seconds)
    free = (Lease.holder == holder) | (Lease.expires_at < now())
    try:
        with transaction():
            mine = update(Lease).where(Lease.name == name, free).values(holder=holder, expires_at=until)
            if session().execute(mine).rowcount:  # type: ignore[attr-defined]  # a DML result
                return True
            if session().scalar(select(Lease.id).where(Lease.name == name)) is None:
                session().add(Lease(name=name, holder=holder, expires_at=until))
                session().flush()
                return True
            return False
    except IntegrityError:  # somebody made the row at the same moment
        return False


def release(name: str, holder: UUID) -> None:
    """Give a lease back, if ``holder`` still has it."""
    with transaction():
        session().execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


@contextmanager
def hold(name: str, *, seconds: float) -> Iterator[bool]:
    """Hold a lease for the block, renewed by a thread; the block gets False when another process has it."""
    holder, app, ended = new_id(), platform.app, threading.Event()
    if not acquire(name, holder, seconds=seconds):
        yield False
        return

    def renew() -> None:
        while not ended.wait(seconds / 3):
            with app.app_context():
                try:
                    if not acquire(name, holder, seconds=seconds):
                        log.error("lease_lost", lease=name)  # it expired while we could not renew it
                except (SQLAlchemyError, ServiceUnavailable) as error:  # ours until it expires; the next turn tries
                    log.warning("lease_not_renewed", lease=name, error=str(error))

    thread = threading.Thread(target=renew, name=f"lease-{name}", daemon=True)
    thread.start()
    try:
        yield True
    finally:
        ended.set()
        thread.join()
        release(name, holder)
