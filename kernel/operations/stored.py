"""The doctor's look at what is kept: whether uploads find their place, and whether the site's key opens its secrets."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from kernel.db import new_id
from kernel.files.storage import StorageAway
from kernel.operations.findings import Finding, error, ok

if TYPE_CHECKING:
    from config import Settings
    from kernel.runtime import Platform

_SAMPLE = b"asoud doctor"


def storage(platform: Platform) -> Iterator[Finding]:
    """Whether a file can be written, read back and removed where uploads lie."""
    place, mend = _place(platform.settings)
    key = f"doctor/{new_id()}.txt"
    try:
        platform.files.storage.write(key, BytesIO(_SAMPLE), "text/plain")
        try:
            with platform.files.storage.open(key) as written:
                same = written.read() == _SAMPLE
        finally:
            platform.files.storage.delete(key)
    except (StorageAway, OSError) as failure:
        yield error("storage", f"{place} doesn't take uploads: {failure.__cause__ or failure}", mend)
        return
    if same:
        yield ok("storage", f"{place} takes uploads and gives them back.")
    else:
        yield error("storage", f"{place} gives back something else than what was written.", mend)


def _place(settings: Settings) -> tuple[str, str]:
    """What the storage is called, and what to look at when it doesn't work."""
    if settings.storage == "s3":
        place = f"the bucket {settings.s3_bucket} at {settings.s3_endpoint or settings.s3_region}"
        names = "ASOUD_S3_BUCKET, ASOUD_S3_ENDPOINT, ASOUD_S3_REGION, ASOUD_S3_ACCESS_KEY and ASOUD_S3_SECRET_KEY"
        return place, f"Correct {names}; the key must be allowed to put, get and delete objects."
    folder = settings.data_dir.absolute() / "files"
    return str(folder), "Let this user write to that folder and make room on its disk, or set ASOUD_DATA_DIR."


def stored_secrets(platform: Platform) -> Iterator[Finding]:
    """Whether the secrets among the settings can be decrypted with the site's key."""
    unreadable, count = platform.preferences.unreadable_secrets()
    for name in unreadable:
        mend = f"Set ASOUD_SECRET_KEY to what it was, or set it anew: asoud settings set {name}"
        yield error("stored secrets", f"{name} can't be decrypted with the site's key.", mend)
    if not unreadable:
        yield ok("stored secrets", f"{count} settings are secret, and the site's key opens them." if count else "none.")
