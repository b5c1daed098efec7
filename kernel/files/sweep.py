"""The sweep: bytes and rows of files that nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, and_, delete, or_, select

from kernel.db import now, session, transaction
from kernel.files.models import FileState, StoredFile
from kernel.files.storage import StorageAway
from kernel.jobs import cron
from kernel.runtime import platform

log = structlog.get_logger(__name__)

UNCLAIMED_HOURS = 24
WRITING_HOURS = 1
_BATCH = 200


@cron(every=300, queue="bulk", timeout=600)
def sweep_files() -> None:
    """Remove deleted files, uploads that broke off, and files that nothing has claimed for a day."""
    while rows := _condemn():
        for row in rows:
            if not _remove(row):
                return


def _unwanted() -> ColumnElement[bool]:
    today, lately = now() - timedelta(hours=UNCLAIMED_HOURS), now() - timedelta(hours=WRITING_HOURS)
    return or_(
        StoredFile.state == FileState.DELETING,
        and_(StoredFile.state == FileState.WRITING, StoredFile.created_at < lately),
        and_(StoredFile.state == FileState.STORED, StoredFile.uses == 0, StoredFile.created_at < today),
    )


@transaction
def _condemn() -> list[StoredFile]:
    """Mark first, so that nobody claims a file whose bytes are on their way out."""
    query = (
        select(StoredFile).where(_unwanted()).order_by(StoredFile.id).limit(_BATCH).with_for_update(skip_locked=True)
    )
    rows = list(session().scalars(query))
    for row in rows:
        row.state = FileState.DELETING
    return rows


def _remove(row: StoredFile) -> bool:
    """Remove bytes, then the row. False when the storage is away: the next sweep goes on."""
    try:
        for size in (None, *row.thumbnails):
            platform.files.storage.delete(row.key_of(size))
    except StorageAway:
        log.warning("sweep_without_storage", file=str(row.id))
        return False
    with transaction():
        session().execute(delete(StoredFile).where(StoredFile.id == row.id))
    return True
