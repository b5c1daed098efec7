"""Which language the work at hand speaks: set by hand, else the request's Accept-Language, else the site's default."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import (
    Flask,
    Response,
    current_app,
    has_app_context,
    has_request_context,
    request,
)
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

if TYPE_CHECKING:
    from kernel.runtime import Platform

SOURCE_LANGUAGE = "en"
"""The language that messages are written in; it needs no catalogue."""
LANGUAGES = ("fa", "en")
"""Languages that the platform answers in."""

_REQUEST_KEY = "asoud.language"
_chosen: ContextVar[str | None] = ContextVar("asoud_language", default=None)


def init_app(app: Flask, platform: Platform) -> None:
    """Mark answers whose words depended on Accept-Language, so that no cache mixes languages up."""
    app.after_request(_tell_language)


@lru_cache(maxsize=512)
def choose_language(wish: str | None, default: str) -> str:
    """The supported language that fits ``wish`` best: a tag (``fa-IR``) or a whole Accept-Language header.

    ``default`` answers for an empty wish and for one that names nothing that we speak.
    """
    accepted = parse_accept_header(wish, LanguageAccept)
    return accepted.best_match(LANGUAGES, default=default) or default


def current_language() -> str:
    """The language in which messages are to be written now, one of `LANGUAGES`."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    if not has_request_context():
        return default_language()
    language: str | None = request.environ.get(_REQUEST_KEY)
    if language is None:
        language = choose_language(request.headers.get("Accept-Language"), default_language())
        request.environ[_REQUEST_KEY] = language
    return language


def default_language() -> str:
    """The site's own language by its settings; the source language where no site is at hand."""
    if not has_app_context():
        return SOURCE_LANGUAGE
    from kernel.runtime import EXTENSION

    platform: Platform | None = current_app.extensions.get(EXTENSION)
    return platform.settings.default_language if platform else SOURCE_LANGUAGE


@contextmanager
def set_locale(wish: str | None) -> Iterator[str]:
    """Speak ``wish`` (a tag or an Accept-Language header; None is the site's default) inside the block.

    For jobs, sockets and messages to somebody other than the caller. Yields the language chosen.
    """
    language = choose_language(wish, default_language())
    token = _chosen.set(language)
    try:
        yield language
    finally:
        _chosen.reset(token)


def _tell_language(response: Response) -> Response:
    """Add Content-Language and Vary when the language of this request was asked for while answering."""
    language = request.environ.get(_REQUEST_KEY)
    if language is not None:
        response.headers.setdefault("Content-Language", language)
        response.vary.add("Accept-Language")
    return response
