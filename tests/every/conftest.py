"""Rules that hold for everything that is here: an app with every addon."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from addon_sdk.testing.ownership import OwnedObject, owned_objects
from kernel.addons.discovery import discover
from kernel.db.schema_state import head_on_disk
from kernel.runtime import platform


@pytest.fixture
def asoud_addons() -> tuple[str, ...]:
    """All that are here, those without migrations (still being written) left out."""
    return tuple(sorted(c.name for c in discover() if head_on_disk(c.name) is not None or c.name == "iran"))


@pytest.fixture
def as_real_user(app: Flask, as_user: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``as_user``, each with a row of the addon for users, where there is one."""
    if find_spec("asoud_users") is None:
        return as_user
    from asoud_users.testing import make_user

    numbers = itertools.count(9_121_234_567)
    return lambda **rights: as_user(make_user(app, f"+98{next(numbers)}"), **rights)


@pytest.fixture
def objects(app: Flask) -> dict[str, OwnedObject]:
    """How to make an object of somebody's, by the rule of its routes."""
    with app.app_context():
        found = owned_objects(app.extensions["asoud"].registry.loaded.values())
    return {**found, FILE.rule: FILE}


def a_file(owner_id: UUID) -> dict[str, object]:
    """An upload that nobody else may see."""
    stored = platform.files.store(
        io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "a.pdf", kind="users.document", owner_user_id=owner_id
    )
    return {"file_id": stored.id}


FILE = OwnedObject("/api/v1/kernel/files/<uuid:file_id>", a_file)


def make_for(owner: Any, case: OwnedObject) -> dict[str, Any]:
    """Make an object that belongs to the caller ``owner``; the arguments of its routes."""
    with owner.application.app_context():
        return dict(case.make(owner.user_id))
