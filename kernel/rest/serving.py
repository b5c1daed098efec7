"""The one wrapper around every view. In this order:

    gate       404 while the owner is disabled
    context    from here on the code, its logs and its errors belong to the owner
    access     who may call
    throttle   how often
    cache      bytes that were made before
    input      JSON, query, path against their schemas
    view       its own code; idempotent and contended ones inside one transaction
    answer     dump, JSON, ETag

Schemas and dumps are made once per gate generation, in a `_Plan`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, request

from kernel.addons.contributions import Contribution
from kernel.context import enter_addon
from kernel.db import transaction
from kernel.errors import AddonDisabled
from kernel.identity.access import Access, access_of
from kernel.identity.throttles import throttles_of
from kernel.rest.answers import PRIVATE, Answering, unchanged
from kernel.rest.caching import cached_response
from kernel.rest.endpoint import Answer, Endpoint, endpoint_of
from kernel.rest.etags import demand_match, etag_of_bytes, etag_of_version, not_modified
from kernel.rest.idempotency import once
from kernel.rest.inputs import Input, query_pairs
from kernel.rest.validation import unknown_parameter
from kernel.runtime import EXTENSION

if TYPE_CHECKING:
    from kernel.runtime import Platform

READ = "GET"


class _Plan:
    """What a view needs in one generation of one app."""

    def __init__(self, view: View, platform: Platform) -> None:
        # The generation is read first: should it move meanwhile, this plan is simply not used a second time.
        self.generation = platform.gate.generation
        self.platform = platform
        self.open = platform.gate.counts(view.contribution)
        endpoint = view.endpoint
        self.inputs = [Input(arguments) for arguments in endpoint.arguments]
        self.takes_query = any(arguments.location == "query" for arguments in endpoint.arguments)
        self.answering = Answering(endpoint.answer or Answer())


class View:
    """A view function as Flask calls it."""

    def __init__(self, function: Callable[..., Any], method: str, rule: str, contribution: Contribution) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.method = method
        self.rule = rule
        self.contribution = contribution
        """The blueprint's: its owner is the view's, and says whether it counts now."""
        self.owner = contribution.owner
        # flask-smorest documents what it finds here, and hands it on to `Blueprint`.
        self._apidoc = {**getattr(function, "_apidoc", {}), "view": self}
        self._plan: _Plan | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> View:
        return self

    @functools.cached_property
    def endpoint(self) -> Endpoint:
        """What the decorators said."""
        return endpoint_of(self.function)

    @functools.cached_property
    def access(self) -> Access:
        """Who may call. Raises TypeError when the author forgot to say; `check_blueprint` finds that at boot."""
        access = access_of(self.function)
        if access is None:
            raise TypeError(f"{self.function.__qualname__} has no access rule.")
        return access

    @functools.cached_property
    def throttles(self) -> tuple[str, ...]:
        """The limits that stand on it, beside the general one."""
        return tuple(throttles_of(self.function))

    def __call__(self, **path: Any) -> Response:
        """Answer the current request."""
        platform: Platform = current_app.extensions[EXTENSION]
        plan = self._plan
        if plan is None or plan.generation != platform.gate.generation or plan.platform is not platform:
            plan = self._plan = _Plan(self, platform)
        if not plan.open:
            raise AddonDisabled
        enter_addon(self.owner)
        self.access.check(None, path)
        allowance = platform.identity.throttles.admit(self.throttles, write=self.method != READ)
        response = self._respond(plan, path)
        if allowance is not None:
            response.headers.extend(allowance.headers())
        return response

    def _respond(self, plan: _Plan, path: Mapping[str, Any]) -> Response:
        endpoint = self.endpoint
        if endpoint.cache is not None:
            return cached_response(self, endpoint.cache, plan.platform, path, lambda: self.bytes_of(plan, path))
        if self.method == READ:
            return self._read(plan, path)
        if endpoint.upload:
            request.max_content_length = endpoint.upload_bytes or plan.platform.settings.max_upload_bytes
        arguments = self._load(plan, path)
        if endpoint.idempotent:
            return once(self, lambda: self._write(plan, arguments, path))
        return self._write(plan, arguments, path)

    def _load(self, plan: _Plan, path: Mapping[str, Any]) -> list[Any]:
        if not plan.takes_query and request.environ.get("QUERY_STRING") and (pairs := query_pairs(request)):
            raise unknown_parameter(pairs[0][0])
        return [item.load(path) for item in plan.inputs]

    def _read(self, plan: _Plan, path: Mapping[str, Any]) -> Response:
        arguments = self._load(plan, path)
        etag = None
        if self.endpoint.version_of is not None:
            etag = etag_of_version(self.endpoint.version_of(**path), plan.generation)
            if not_modified(request, etag):
                return unchanged(etag)
        response = self._answer(plan, arguments, path)
        if response.status_code != 200 or response.is_streamed:
            return response
        etag = etag or etag_of_bytes(response.get_data(), plan.generation)
        if not_modified(request, etag):
            return unchanged(etag)
        response.headers.extend({"ETag": etag, "Cache-Control": PRIVATE})
        return response

    def _write(self, plan: _Plan, arguments: list[Any], path: Mapping[str, Any]) -> Response:
        version_of = self.endpoint.contended
        if version_of is None:
            return self._answer(plan, arguments, path)

        @transaction
        def write() -> Response:
            demand_match(version_of, path)
            response = self._answer(plan, arguments, path)
            response.headers["ETag"] = etag_of_version(version_of(**path), plan.generation)
            return response

        return write()

    def _answer(self, plan: _Plan, arguments: list[Any], path: Mapping[str, Any]) -> Response:
        return plan.answering.response(self.function(*arguments, **path))

    def bytes_of(self, plan: _Plan, path: Mapping[str, Any]) -> bytes:
        """The body of a cached view's answer, made now."""
        return plan.answering.body(self.function(*self._load(plan, path), **path))

