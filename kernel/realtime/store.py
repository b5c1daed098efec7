"""Entries of the streams that the kernel keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kernel.db import new_id, session, transaction
from kernel.realtime.models import StreamHead, StreamRecord
from kernel.realtime.streams import StreamEntry


def append(address: str, event: str, data: object) -> int:
    """Store an entry and return its id, one above the stream's last. Joins the running transaction."""
    with transaction():
        number = _next(address)
        if number is None:
            _start(address)
            number = _next(address)
        assert number is not None  # the row exists now, and nobody ever deletes one
        session().add(StreamRecord(address=address, number=number, event=event, data=[data]))
        session().flush()
        return number


def _next(address: str) -> int | None:
    raised = update(StreamHead).where(StreamHead.address == address).values(last=StreamHead.last + 1)
    return session().scalar(raised.returning(StreamHead.last))


def _start(address: str) -> None:
    connection = session().connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row: dict[str, Any] = {"id": new_id(), "address": address, "last": 0, "purged": 0}
    session().execute(insert(StreamHead).values(row).on_conflict_do_nothing(index_elements=["address"]))


def read(address: str, after: int, limit: int) -> Sequence[StreamEntry]:
    """Entries after an id, in rising order."""
    columns = select(StreamRecord.number, StreamRecord.event, StreamRecord.data)
    newer = columns.where(StreamRecord.address == address, StreamRecord.number > after)
    return [
        StreamEntry(number, event, data[0])
        for number, event, data in session().execute(newer.order_by(StreamRecord.number).limit(limit))
    ]


def bounds(address: str) -> tuple[int, int]:
    """The highest id that retention has removed and the newest id; zeros for a stream without entries."""
    row = session().execute(select(StreamHead.purged, StreamHead.last).where(StreamHead.address == address)).first()
    return (row[0], row[1]) if row else (0, 0)


def purge(name: str, before: datetime) -> int:
    """Remove the entries of one family of streams that are older than ``before``; returns how many."""
    old = (StreamRecord.address.startswith(f"{name}:", autoescape=True)) & (StreamRecord.created_at < before)
    with transaction():
        newest = select(StreamRecord.address, func.max(StreamRecord.number)).where(old).group_by(StreamRecord.address)
        for address, number in session().execute(newest).all():
            session().execute(update(StreamHead).where(StreamHead.address == address).values(purged=number))
        removed = session().execute(delete(StreamRecord).where(old))
        return int(removed.rowcount)  # type: ignore[attr-defined]  # a DML result
