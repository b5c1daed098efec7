"""What Flask does around every request that we don't need: cookie sessions."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.sessions import NullSession, SessionInterface, SessionMixin

_NONE = NullSession()


class NoSession(SessionInterface):
    """Callers are known by tokens; no cookie is read or sent, and no request pays for one."""

    def open_session(self, app: Flask, request: Any) -> SessionMixin:
        """The session that can only be empty."""
        return _NONE

    def save_session(self, app: Flask, session: SessionMixin, response: Any) -> None:
        """Nothing to save."""


def init_app(app: Flask) -> None:
    """Do without cookie sessions."""
    app.session_interface = NoSession()
