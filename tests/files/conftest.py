"""A site whose addon `gallery` declares kinds of files."""

from __future__ import annotations

import io
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from kernel.addons.contributions import contributions_of
from kernel.db import new_id
from kernel.files import StoredFile, file_kind
from kernel.files.media import MEDIA, PICTURES
from kernel.runtime import Platform
from tests.processes import MakePlatform

STAFF = new_id()
"""Whom the addon lets read its private files."""


def declare() -> None:
    """What a module of the addon `gallery` would say."""
    code = """
file_kind(
    "photo", media=PICTURES, thumbnails={"small": 20, "large": 50}, max_bytes=100_000, max_edge=400, private=False
)
file_kind("paper", media=set(MEDIA) - PICTURES, may_read=lambda principal, file: principal.user_id == STAFF)
file_kind("gallery.sheet", media={"text/csv"}, permission="gallery.import")
file_kind("report", media={"application/pdf"}, upload=False)
"""
    module = ModuleType("asoud_gallery.files")
    names = {"file_kind": file_kind, "PICTURES": PICTURES, "MEDIA": MEDIA, "STAFF": STAFF}
    module.__dict__.update(names)
    exec(code, module.__dict__)


@pytest.fixture(autouse=True)
def _gallery(own_contributions: None) -> None:
    declare()


@pytest.fixture
def make_platform(make_platform: MakePlatform) -> MakePlatform:
    """Makes the platform of a process that has `gallery`."""

    def make(**settings: Any) -> Platform:
        platform = make_platform(**settings)
        platform.registry.add(contributions_of("gallery"))
        platform.gate.enabled |= {"gallery"}
        return platform

    return make


@pytest.fixture
def platform(make_platform: MakePlatform, redis_url: str) -> Platform:
    """The platform of one process, on SQLite."""
    return make_platform(redis_url=redis_url)


@pytest.fixture
def user_id() -> UUID:
    """Somebody."""
    return new_id()


def store(platform: Platform, content: bytes, *, kind: str, owner: UUID | None = None, **options: Any) -> StoredFile:
    """Store ``content`` as a file."""
    return platform.files.store(io.BytesIO(content), "name.bin", kind=f"gallery.{kind}", owner_user_id=owner, **options)
