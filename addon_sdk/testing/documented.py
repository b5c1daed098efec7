"""Holds every JSON answer of a test's app against the API document: its types, nulls, required fields and codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

if TYPE_CHECKING:
    from kernel.runtime import Platform

_documents: dict[object, Operations] = {}
"""By what decides their text, so that tests of the same addons share one."""


class Documented:
    """Watches an app from now on; ``problems`` has a sentence for each answer that isn't as documented."""

    def __init__(self, app: Flask) -> None:
        self.problems: list[str] = []
        self._platform: Platform = app.extensions["asoud"]
        app.after_request(self._look)

    def _look(self, response: Response) -> Response:
        if request.url_rule is not None and response.is_json and response.status_code < 500:
            found = self._operations().wrong(request.method, request.url_rule.rule, response)
            self.problems += (f"{request.method} {request.path} answered {text}" for text in found)
        return response

    def _operations(self) -> Operations:
        blueprints = self._platform.registry.contributions("blueprint")
        key = (self._platform.gate.enabled, tuple(id(contribution.value) for contribution in blueprints))
        if key not in _documents:
            _documents[key] = Operations(self._platform.rest.document.build())
        return _documents[key]


class Operations:
    """What each operation of a document may answer."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._validators: dict[tuple[str, str, int], Any] = {}

    def wrong(self, method: str, rule: str, response: Response) -> Iterator[str]:
        """What about ``response`` isn't as documented. Nothing of what the document doesn't show, such as itself."""
        from flask_smorest.spec.plugins import FlaskPlugin

        path = FlaskPlugin.flaskpath2openapi(rule)
        operation = self._document["paths"].get(path, {}).get(method.lower())
        if operation is None:
            return
        status = response.status_code
        if str(status) not in operation["responses"]:
            yield f"{status}, which isn't documented: {response.get_data(as_text=True)[:200]}"
            return
        for error in self._validator(path, method.lower(), status).iter_errors(response.get_json()):
            yield f"{status}, whose {error.json_path} is wrong: {error.message[:300]}"

    def _validator(self, path: str, method: str, status: int) -> Any:
        from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types

        place = path, method, status
        if place not in self._validators:
            content = self._document["paths"][path][method]["responses"][str(status)].get("content", {})
            schema: dict[str, Any] = next((kind["schema"] for kind in content.values()), {})
            whole = {**schema, "components": self._document["components"]}
            self._validators[place] = Draft202012Validator(whole)
        return self._validators[place]
