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
from kernel.deadline import set_deadline
from kernel.errors import AddonDisabled, BadRequest
from kernel.i18n import translate
from kernel.identity.access import Access, access_of
from kernel.identity.throttles import throttles_of
from kernel.rest.answers import PRIVATE, Answering, unchanged
from kernel.rest.caching import cached_reply
from kernel.rest.endpoint import FORM_BYTES, Answer, Endpoint, endpoint_of
from kernel.rest.etags import demand_match, etag_of_bytes, etag_of_version, not_modified
from kernel.rest.idempotency import once
from kernel.rest.inputs import Input, query_pairs
from kernel.rest.replies import Reply
from kernel.rest.validation import unknown_parameters
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
        if not self.access.anonymous:
            self.access.check(None, path)
        write, strict = self.method != READ, self.endpoint.idempotent
        allowance = platform.identity.throttles.admit(self.throttles, write=write, strict=strict)
        return _Call(self, plan, path, allowance.headers() if allowance else {}).respond()


class _Call:
    """One request that has come as far as its input."""

    __slots__ = ("endpoint", "environ", "headers", "path", "plan", "view")

    def __init__(self, view: View, plan: _Plan, path: Mapping[str, Any], headers: dict[str, str]) -> None:
        self.view = view
        self.plan = plan
        self.path = path
        self.headers = headers
        """Of the limits; they stand on whatever is answered."""
        self.endpoint = view.endpoint
        self.environ = request.environ

    def respond(self) -> Response:
        """The answer, by the way that fits the endpoint."""
        if "\x00" in self.environ["PATH_INFO"]:
            raise BadRequest(translate("NUL characters are not accepted."))
        if self.endpoint.cache is not None:
            cached = cached_reply(self.view, self.endpoint.cache, self.plan.platform, self.path, self._bytes)
            cached.note(self.headers)
            return cached
        if self.view.method == READ:
            return self._read()
        if self.endpoint.upload:
            declared = self.endpoint.upload_bytes
            largest = self.plan.platform.settings.max_upload_bytes + FORM_BYTES
            request.max_content_length = min(declared() if callable(declared) else declared, largest)
        loaded = [self._load()]
        if self.endpoint.upload:  # however long it took to come over a slow line: its time begins now
            set_deadline(self.plan.platform.settings.request_timeout_seconds or None)

        def arguments() -> list[Any]:
            # A transaction that collided runs the view again, and the view may have changed what it was given.
            return loaded.pop() if loaded else self._load()

        if self.endpoint.idempotent:
            return once(self.view, lambda: self._write(arguments))
        return self._write(arguments)

    def _load(self) -> list[Any]:
        if not self.plan.takes_query and self.environ.get("QUERY_STRING") and (pairs := query_pairs(self.environ)):
            raise unknown_parameters(name for name, _ in pairs)
        return [item.load(self.path) for item in self.plan.inputs]

    def _read(self) -> Response:
        arguments, generation, etag = self._load(), self.plan.generation, None
        if self.endpoint.version_of is not None:
            etag = etag_of_version(self.endpoint.version_of(**self.path), generation)
            if not_modified(self.environ, etag):
                return unchanged(etag, self.headers)
        reply = self._answer(arguments)
        if reply.status_code != 200 or reply.is_streamed:
            return reply
        etag = etag or etag_of_bytes(reply.get_data(), generation)
        if not_modified(self.environ, etag):
            return unchanged(etag, self.headers)
        own = {"ETag": etag} if "Cache-Control" in reply.headers else {"ETag": etag, "Cache-Control": PRIVATE}
        if isinstance(reply, Reply):
            reply.note(own)
        else:
            reply.headers.extend(own)
        return reply

    def _write(self, arguments: Callable[[], list[Any]]) -> Response:
        version_of = self.endpoint.contended
        if version_of is None:
            return self._answer(arguments())

        @transaction
        def write() -> Response:
            demand_match(version_of, self.path)
            reply = self._answer(arguments())
            reply.headers["ETag"] = etag_of_version(version_of(**self.path), self.plan.generation)
            return reply

        return write()

    def _answer(self, arguments: list[Any]) -> Response:
        return self.plan.answering.reply(self.view.function(*arguments, **self.path), self.headers)

    def _bytes(self) -> bytes:
        return self.plan.answering.body(self.view.function(*self._load(), **self.path))
