"""REST: blueprints, schemas, lists, problems, and the document that describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from kernel.rest import problems, requests
from kernel.rest.blueprint import Blueprint
from kernel.rest.caching import cached
from kernel.rest.checks import blueprint_rules, check_blueprint, route_problems, routes
from kernel.rest.encoding import OrjsonProvider, encode
from kernel.rest.endpoint import upload
from kernel.rest.etags import contended, etag
from kernel.rest.extensions import extension_columns, extension_values
from kernel.rest.idempotency import idempotent
from kernel.rest.lists import AnyOf, Between, ListArgs, ListQuery, Page, paginate
from kernel.rest.messages import Invalid
from kernel.rest.openapi import Document
from kernel.rest.problems import problem_of, problem_response
from kernel.rest.raising import raises
from kernel.rest.schema import Schema

if TYPE_CHECKING:
    from kernel.runtime import Platform

__all__ = [
    "AnyOf",
    "Between",
    "Blueprint",
    "Invalid",
    "ListArgs",
    "ListQuery",
    "Page",
    "Rest",
    "Schema",
    "blueprint_rules",
    "cached",
    "check_blueprint",
    "contended",
    "encode",
    "etag",
    "extension_columns",
    "extension_values",
    "idempotent",
    "init_app",
    "paginate",
    "problem_of",
    "problem_response",
    "raises",
    "route_problems",
    "routes",
    "upload",
]


class Rest:
    """What stands at ``platform.rest``."""

    def __init__(self, platform: Platform) -> None:
        self.document = Document(platform)


def init_app(app: Flask, platform: Platform) -> None:
    """Mount every blueprint of usable addons, and answer all errors as problems."""
    platform.rest = Rest(platform)
    app.json = OrjsonProvider(app)
    app.url_map.strict_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = platform.settings.max_body_bytes
    requests.init_app(app)
    problems.init_app(app)
    for contribution in platform.registry.contributions("blueprint"):
        app.register_blueprint(contribution.value)
