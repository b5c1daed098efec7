"""Uploads: kinds of files that an addon takes, and what `platform.files` stores of them."""

from kernel.files import (
    FileDamaged,
    FileEmpty,
    FileKind,
    FileTooLarge,
    FileTypeRefused,
    PictureTooLarge,
    StoredFile,
    UnpacksTooLarge,
    file_kind,
)
from kernel.files.schemas import File as FileSchema
from kernel.files.schemas import described as describe_file

__all__ = [
    "FileDamaged",
    "FileEmpty",
    "FileKind",
    "FileSchema",
    "FileTooLarge",
    "FileTypeRefused",
    "PictureTooLarge",
    "StoredFile",
    "UnpacksTooLarge",
    "describe_file",
    "file_kind",
]
