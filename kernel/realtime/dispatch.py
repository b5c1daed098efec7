"""What happens to a client's connection and events: who he is, may he, is it well-formed, then the addon's code."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, ValidationError
from socketio.exceptions import ConnectionRefusedError

from kernel.context import in_addon, set_request_id
from kernel.deadline import within
from kernel.errors import AddonDisabled, BadRequest, NotAuthenticated, NotFound, Problem, TokenExpired
from kernel.i18n import set_locale, translate
from kernel.identity.access import access_of
from kernel.identity.addresses import client_address
from kernel.identity.principal import ANONYMOUS, Principal, acting_as, principal_of_token
from kernel.identity.throttles import throttles_of
from kernel.operations.metrics import SOCKET_EVENTS
from kernel.realtime import control
from kernel.realtime.answers import failure, problem_body, problem_of, success
from kernel.realtime.connections import Bucket, Connection, serving
from kernel.realtime.namespaces import EventHandler, Served
from kernel.rest.body import check_json
from kernel.rest.validation import validation_problem

if TYPE_CHECKING:
    from kernel.realtime.core import Realtime
    from kernel.runtime import Platform


class UnknownNamespace(NotFound):
    """No addon of this site serves this Socket.IO namespace."""

    code, title = "unknown_namespace", "There is no such namespace here."


class UnknownEvent(NotFound):
    """The namespace has no event of this name."""

    code, title = "unknown_event", "There is no such event here."


class Dispatcher:
    """Runs addon code for the sockets of one process."""

    def __init__(self, platform: Platform, realtime: Realtime) -> None:
        self._platform = platform
        self._realtime = realtime
        self._numbers = itertools.count(1)
        contributions = platform.registry.contributions("namespace")
        self.served = {item.key: Served.of(item) for item in contributions}

    def connect(self, sid: str, namespace: str, environ: dict[str, Any], auth: object) -> None:
        """Admit a client. Raises python-socketio's `ConnectionRefusedError` with the problem as data."""
        language = _language(environ, auth)
        with self._serving_one(sid, language):
            try:
                self._admit(sid, namespace, environ, auth, language)
            except Exception as error:
                self._realtime.connections.remove(sid)
                problem = problem_of(error, namespace=namespace, socket_event="connect")
                self._realtime.counters.refused += 1
                body = problem_body(problem)
                raise ConnectionRefusedError(body.get("detail") or body["title"], body) from error

    def _admit(self, sid: str, namespace: str, environ: dict[str, Any], auth: object, language: str | None) -> None:
        served = self._serving(namespace)
        principal, token = _authenticate(auth, anonymous=served.instance.anonymous)
        connection = Connection(
            self._realtime,
            sid,
            namespace,
            principal,
            token,
            Bucket(served.instance.rate),
            client_address(environ),
            language,
        )
        self._realtime.connections.add(connection)
        with self._as(served, connection):
            served.instance.on_connect(connection)
        if principal.user_id is not None:
            connection.join(user_room(principal.user_id))

    def disconnect(self, sid: str, namespace: str) -> None:
        """Let the addon know that a client has gone."""
        connection = self._realtime.connections.remove(sid)
        served = self.served.get(namespace)
        if connection is None or served is None:
            return
        if connection.user_id is not None:
            connection.leave(user_room(connection.user_id))  # so that the addon can ask whether others of his are left
        with self._serving_one(sid, connection.language):
            if self._platform.gate.counts(served.contribution):
                try:
                    with self._as(served, connection):
                        served.instance.on_disconnect(connection)
                except Exception as error:
                    problem_of(error, namespace=namespace, socket_event="disconnect")

    def refusal(self, sid: str | None, kind: type[Problem], detail: str, **values: object) -> dict[str, Any]:
        """The acknowledgement of what came from a client and was no event, in the client's language."""
        connection = self._realtime.connections.find(sid) if sid is not None else None
        with self._platform.app.app_context(), set_locale(connection.language if connection else None):
            self._realtime.counters.errors += 1
            return failure(kind(translate(detail, **values)))

    def event(
        self,
        sid: str,
        namespace: str,
        event: str,
        arguments: list[Any],
        acknowledge: Callable[[dict[str, Any]], None],
        text: str = "",
    ) -> None:
        """Handle one event, which came as the JSON ``text``, and acknowledge it; raises nothing."""
        connection = self._realtime.connections.find(sid)
        with self._serving_one(sid, connection.language if connection else None):
            try:
                self._handle(connection, event, arguments, acknowledge, text)
            except Exception as error:
                self._realtime.counters.errors += 1
                acknowledge(failure(problem_of(error, namespace=namespace, socket_event=event)))

    def _handle(
        self,
        connection: Connection | None,
        event: str,
        arguments: list[Any],
        acknowledge: Callable[[dict[str, Any]], None],
        text: str,
    ) -> None:
        if connection is None:
            raise NotAuthenticated(translate("This connection has ended."))
        connection.bucket.take()
        served = self._serving(connection.namespace)
        payload = _payload(arguments)
        check_json(text.encode(), payload, self._platform.settings.max_json_depth)
        if event in control.EVENTS:
            control.EVENTS[event](connection, payload, acknowledge)
            return
        handler = served.handlers.get(event)
        if handler is None:
            raise UnknownEvent
        if connection.expired:
            raise TokenExpired
        self._realtime.counters.events += 1
        self._platform.metrics.count(SOCKET_EVENTS, (served.contribution.owner, connection.namespace, event))
        acknowledge(success(self._run(served, handler, connection, payload)))

    def _run(self, served: Served, handler: EventHandler, connection: Connection, payload: dict[str, Any]) -> object:
        function = getattr(served.instance, handler.method)
        access = access_of(function)
        with self._as(served, connection):
            if access is None:  # the loader lets no such handler through; never open by omission all the same
                raise NotAuthenticated
            access.check(connection.principal, payload)
            for key in throttles_of(function):
                self._platform.identity.throttles.take(key, address=connection.address)
            if handler.schema is not None:
                return function(self._loaded(served, handler.schema, payload))
            if payload:
                raise BadRequest(translate("This event takes no payload."))
            return function(payload)

    def _loaded(self, served: Served, schema: type[Schema], payload: dict[str, Any]) -> object:
        try:
            return served.schema(schema, self._platform.gate.generation).load(payload)
        except ValidationError as error:  # told here, where the addon's own messages are found
            raise validation_problem(error) from None

    def _serving(self, namespace: str) -> Served:
        served = self.served.get(namespace)
        if served is None:
            raise UnknownNamespace
        if not self._platform.gate.counts(served.contribution):
            raise AddonDisabled
        return served

    @contextmanager
    def _serving_one(self, sid: str, language: str | None) -> Iterator[None]:
        """What surrounds one event, as it surrounds a request: number, language, and the time that it may take."""
        seconds = self._platform.settings.request_timeout_seconds or None
        with self._platform.app.app_context(), set_locale(language), within(seconds):
            set_request_id(f"{sid}.{next(self._numbers)}")
            yield

    @contextmanager
    def _as(self, served: Served, connection: Connection) -> Iterator[None]:
        with in_addon(served.contribution.owner), acting_as(connection.principal), serving(connection):
            yield


def user_room(user_id: object) -> str:
    """Name of the room that all of a user's clients in one namespace are in."""
    return f"user:{user_id}"


def _language(environ: dict[str, Any], auth: object) -> str | None:
    wish = auth.get("language") if isinstance(auth, dict) else None
    return wish if isinstance(wish, str) else environ.get("HTTP_ACCEPT_LANGUAGE")


def _authenticate(auth: object, *, anonymous: bool) -> tuple[Principal, str | None]:
    token = auth.get("token") if isinstance(auth, dict) else None
    if token is None and anonymous:
        return ANONYMOUS, None
    if not isinstance(token, str) or not token:
        raise NotAuthenticated(translate('Connect with auth: {"token": "<access token>"}.'))
    return principal_of_token(token), token


def _payload(arguments: list[Any]) -> dict[str, Any]:
    if not arguments or arguments == [None]:
        return {}
    if len(arguments) > 1 or not isinstance(arguments[0], dict):
        raise BadRequest(translate("The payload of an event is one JSON object."))
    payload: dict[str, Any] = arguments[0]
    return payload
