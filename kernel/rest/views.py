"""The API document and Swagger UI, with its own files: no CDN, no inline script."""

from __future__ import annotations

from pathlib import Path

from flask import Response, send_from_directory

from kernel.identity.access import public
from kernel.rest.blueprint import API, Blueprint
from kernel.rest.encoding import JSON_TYPE
from kernel.runtime import platform

_ASSETS = Path(__file__).with_name("swagger")

blp = Blueprint("docs", description="This document.", hidden=True, url_prefix="")


@blp.get(f"{API}/openapi.json")
@public
def get_openapi() -> Response:
    """The OpenAPI document of what is enabled now."""
    return Response(platform.rest.document.bytes(), content_type=JSON_TYPE)


@blp.get("/docs")
@public
def get_docs() -> Response:
    """Swagger UI."""
    return Response((_ASSETS / "index.html").read_bytes(), content_type="text/html; charset=utf-8")


@blp.get("/docs/<path:name>")
@public
def get_docs_asset(name: str) -> Response:
    """One of Swagger UI's files."""
    return send_from_directory(_ASSETS, name)
