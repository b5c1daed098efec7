"""Smaller pictures, made by a job after the upload."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from kernel.db import session, transaction
from kernel.errors import Problem
from kernel.events import event, publish
from kernel.files.models import StoredFile
from kernel.files.pictures import thumbnail
from kernel.jobs import job
from kernel.runtime import platform


@event("kernel.thumbnails_ready", version=1)
class ThumbnailsReady:
    """The smaller pictures of an upload can be fetched; ``kind`` is its kind, such as ``chat.picture``."""

    file_id: UUID
    kind: str


@job(queue="bulk", timeout=120)
def make_thumbnails(file_id: str) -> None:
    """Make the smaller pictures that the file's kind wants."""
    try:
        row = platform.files.get(UUID(file_id))
        sizes = platform.files.kind(row.kind).thumbnails
    except Problem:  # deleted, or its addon was switched off or removed meanwhile
        return
    made = {}
    with platform.files.storage.open(row.key) as original:
        for name, edge in sizes.items():
            picture = thumbnail(original, edge)
            platform.files.storage.write(row.key_of(name), BytesIO(picture.data), picture.media_type)
            made[name] = {"width": picture.width, "height": picture.height, "size": len(picture.data)}
    with transaction():
        found = session().get(StoredFile, row.id, with_for_update=True)
        if found is not None and found.thumbnails != made:  # the same again if the job runs twice
            found.thumbnails = made
            publish(ThumbnailsReady(file_id=row.id, kind=row.kind))
