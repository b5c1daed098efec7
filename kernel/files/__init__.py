"""Files: uploads checked by content, stored privately or publicly, served without danger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from kernel.files import sweep, thumbnails, views
from kernel.files.kinds import FileKind, file_kind
from kernel.files.models import FileState, StoredFile
from kernel.files.problems import (
    FileDamaged,
    FileEmpty,
    FileTooLarge,
    FileTypeRefused,
    LinkExpired,
    PictureTooLarge,
    UnpacksTooLarge,
)
from kernel.files.service import Files
from kernel.files.storage import StorageAway

if TYPE_CHECKING:
    from kernel.runtime import Platform

__all__ = [
    "FileDamaged",
    "FileEmpty",
    "FileKind",
    "FileState",
    "FileTooLarge",
    "FileTypeRefused",
    "Files",
    "LinkExpired",
    "PictureTooLarge",
    "StorageAway",
    "StoredFile",
    "UnpacksTooLarge",
    "file_kind",
    "init_app",
    "sweep",
    "thumbnails",
    "views",
]


def init_app(app: Flask, platform: Platform) -> None:
    """Put the files on ``platform.files``."""
    platform.files = Files(platform)
