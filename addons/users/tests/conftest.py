"""Callers who are users, and an upload of theirs."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from asoud_users.testing import make_user
from PIL import Image


@pytest.fixture
def caller(app: Any, as_user: Any) -> Any:
    """A user."""
    return as_user(make_user(app))


@pytest.fixture
def stranger(app: Any, as_user: Any) -> Any:
    """Another user."""
    return as_user(make_user(app, "+989120000001"))


@pytest.fixture
def upload() -> Callable[[Any, str], str]:
    """Uploads a small picture as a file of a kind; its id."""

    def store(caller: Any, kind: str) -> str:
        file = io.BytesIO()
        Image.new("RGB", (8, 8), "red").save(file, "PNG")
        form = {"kind": kind, "file": (io.BytesIO(file.getvalue()), "picture.png")}
        answer = caller.post("/api/v1/kernel/files", data=form, content_type="multipart/form-data")
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    return store
