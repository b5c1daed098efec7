"""Blueprint: flask-smorest's, which knows its owner by its module and wraps each view once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import flask_smorest

from kernel.addons.contributions import Contribution, contribute
from kernel.addons.discovery import owner_of
from kernel.context import KERNEL
from kernel.rest.endpoint import Answer, Arguments, F, Template, endpoint_of
from kernel.rest.inputs import LOCATIONS
from kernel.rest.lists.query import ListQuery
from kernel.rest.schema import template_of
from kernel.rest.serving import View

API = "/api/v1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def prefix_of(owner: str) -> str:
    """Where the endpoints of an addon live."""
    return f"{API}/{owner}"


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest is untyped
    """A group of endpoints of the addon in whose module it stands, under ``/api/v1/<addon>``.

    It registers itself; the kernel mounts it while the app is made. Views are functions, one method each; their names
    are public: ``get_greeting`` of the addon ``hello`` is the operation ``hello_get_greeting``. ``hidden`` keeps all
    of them out of the API document.
    """

    views: list[View]

    def __init__(
        self, name: str, import_name: str | None = None, *, description: str = "", hidden: bool = False, **options: Any
    ) -> None:
        module = import_name or sys._getframe(1).f_globals["__name__"]
        self.owner = owner_of(module)
        self.hidden = hidden
        self.views = []
        if self.owner != KERNEL and "url_prefix" in options:
            raise TypeError(f"Blueprint {name!r}: the endpoints of {self.owner} live under {prefix_of(self.owner)}.")
        options.setdefault("url_prefix", prefix_of(self.owner))
        super().__init__(name, module, description=description, **options)
        self._prepare_doc_cbks = [_document]
        self.contribution: Contribution = contribute("blueprint", name, self, module=module)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add the view, wrapped. Raises TypeError for class views and for more than one method."""
        methods = tuple(options.pop("methods", None) or ("GET",))
        if not callable(view_func) or isinstance(view_func, type):
            raise TypeError(f"{self.name} {rule}: views are functions; write @{self.name}.get({rule!r}).")
        if len(methods) != 1 or methods[0].upper() not in METHODS:
            raise TypeError(f"{self.name} {rule}: one method per view, one of {', '.join(METHODS)}.")
        view = View(view_func, methods[0].upper(), f"{self.url_prefix}{rule}", self.contribution)
        self.views.append(view)
        super().add_url_rule(rule, endpoint, view, provide_automatic_options, methods=[view.method], **options)

    def get(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Serve GET on ``rule`` under the addon's prefix with the function below."""
        return self.route(rule, methods=["GET"], **options)

    def post(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Serve POST on ``rule``."""
        return self.route(rule, methods=["POST"], **options)

    def put(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Serve PUT on ``rule``."""
        return self.route(rule, methods=["PUT"], **options)

    def patch(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Serve PATCH on ``rule``; take its body with ``Schema.patch()``."""
        return self.route(rule, methods=["PATCH"], **options)

    def delete(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Serve DELETE on ``rule``."""
        return self.route(rule, methods=["DELETE"], **options)

    def route(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Serve one method, by default GET, on ``rule``."""

        def mark(function: F) -> F:
            self.add_url_rule(rule, options.pop("endpoint", None), function, **options)
            return function

        return mark

    def arguments(
        self, schema: Template, *, location: str = "json", required: bool = True, **options: Any
    ) -> Callable[[F], F]:
        """Load ``schema`` from ``location`` (json, query, form, headers, path) and pass it to the view.

        Several stand above each other in the order of the view's positional parameters. Unknown fields are refused.
        """
        if location not in LOCATIONS:
            raise TypeError(f"arguments: location must be one of {', '.join(LOCATIONS)}, not {location!r}.")
        if isinstance(schema, type) and issubclass(schema, ListQuery):
            location = "query"
        noted = Arguments(template_of(schema), location, required)

        def mark(function: F) -> F:
            endpoint_of(function).arguments.insert(0, noted)
            return function

        return mark

    def response(
        self,
        status_code: int = 200,
        schema: Template | None = None,
        *,
        description: str = "",
        also: Mapping[int, str] | None = None,
        media_type: str = "application/json",
        **options: Any,
    ) -> Callable[[F], F]:
        """Answer with ``status_code`` and what ``schema`` makes of the view's result.

        A view that returns ``(result, status)`` names the other statuses in ``also``, each with when it comes. One that
        makes a response that is no JSON says its ``media_type`` for the OpenAPI document.
        """
        template = None if schema is None else template_of(schema)
        return self._answers(Answer(int(status_code), template, False, description, also or {}, media_type))

    def page(self, schema: Template, *, description: str = "") -> Callable[[F], F]:
        """Answer with one page of a list: the view returns a `Page` of what ``schema`` describes."""
        return self._answers(Answer(200, template_of(schema), True, description))

    @staticmethod
    def _answers(answer: Answer) -> Callable[[F], F]:
        def mark(function: F) -> F:
            endpoint_of(function).answer = answer
            return function

        return mark

    def register_views_in_doc(
        self, api: Any, app: Any, spec: Any, *, name: str, parameters: Sequence[Any] | None
    ) -> None:
        """Add the views to the document ``spec``, as flask-smorest does, unless they are hidden."""
        if not self.hidden:
            super().register_views_in_doc(api, app, spec, name=name, parameters=parameters)


def _document(doc: dict[str, Any], info: dict[str, Any], **context: Any) -> dict[str, Any]:
    """flask-smorest's hook for what one operation says about itself."""
    from kernel.rest.openapi.operations import operation

    view: View = info["view"]
    return {**doc, **operation(view)}
