"""Which other sites' pages may call the API from a browser: those in ``ASOUD_CORS_ORIGINS``, none by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from kernel.runtime import Platform

EXPOSED = (
    "ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
    "X-Request-ID", "Idempotent-Replayed", "Location", "Content-Language",
)  # fmt: skip
"""Headers that such a page's script may read."""


def init_app(app: Flask, platform: Platform) -> None:
    """Answer preflight requests and name the allowed origins. Tokens travel in headers, so no cookies are allowed."""
    origins = platform.settings.cors_origins
    if origins:
        from flask_cors import CORS

        CORS(app, origins=list(origins), expose_headers=list(EXPOSED), supports_credentials=False, max_age=600)
