"""Every error becomes a problem: ours, HTTP's own, the database's, Redis's, and what nobody expected."""

from __future__ import annotations

import logging
import re
from functools import cache

import redis
from flask import Flask, Response, has_request_context, request
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as WerkzeugResponse

from kernel import errors
from kernel.errors import BadRequest, Conflict, Problem, ServiceUnavailable
from kernel.rest.encoding import encode
from kernel.rest.validation import validation_problem

log = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"
_BY_STATUS: dict[int, type[Problem]] = {
    problem.status: problem
    for problem in (
        errors.BadRequest,
        errors.NotAuthenticated,
        errors.PermissionDenied,
        errors.NotFound,
        errors.MethodNotAllowed,
        errors.Conflict,
        errors.PreconditionFailed,
        errors.PayloadTooLarge,
        errors.UnsupportedMediaType,
        errors.RangeNotSatisfiable,
        errors.ValidationFailed,
        errors.PreconditionRequired,
        errors.TooManyRequests,
        errors.ServiceUnavailable,
    )
}


class InternalError(Problem):
    """Something that nobody expected. The log has the rest, under the request's id."""


def problem_of(error: Exception) -> Problem:
    """The problem that a client gets for ``error``; never more than he may know. REST and Socket.IO use it."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return validation_problem(error)
    if isinstance(error, IntegrityError):
        return Conflict()
    if isinstance(error, DataError):
        return BadRequest()
    if isinstance(error, PoolTimeout | redis.ConnectionError | redis.TimeoutError):
        return ServiceUnavailable()
    if isinstance(error, HTTPException) and not isinstance(error, InternalServerError):
        return _of_http(error)
    return InternalError()


def _of_http(error: HTTPException) -> Problem:
    headers = {name: value for name, value in error.get_headers() if name not in ("Content-Type", "Content-Length")}
    kind = _kind(error.code or 500, error.name)
    if kind is errors.PayloadTooLarge and has_request_context():
        return kind(headers=headers, max_bytes=request.max_content_length)
    return kind(headers=headers)


@cache
def _kind(status: int, name: str) -> type[Problem]:
    """The problem class for an HTTP status; one named after the status where there is none."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    code = re.sub(r"\W+", "_", name.lower().replace("'", ""))
    like = BadRequest if status < 500 else InternalError
    return type("HTTPProblem", (like,), {"status": status, "code": code, "__module__": __name__})


def problem_response(problem: Problem) -> Response:
    """The problem as ``application/problem+json``."""
    challenge = {"WWW-Authenticate": "Bearer"} if problem.status == 401 else {}  # RFC 9110 asks for one
    headers = {**challenge, **problem.headers, "Content-Type": PROBLEM_TYPE}
    return Response(encode(problem.to_dict()), problem.status, headers)


def _answer(error: Exception) -> Response | WerkzeugResponse:
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error.get_response()  # a redirect, which werkzeug raises too
    problem = problem_of(error)
    if problem.status == 503:
        log.warning("unavailable: %s", error, exc_info=error.__cause__ or error)
    elif isinstance(error, IntegrityError | DataError):
        log.warning("refused by the database: %s", error)
    return problem_response(problem)


def init_app(app: Flask) -> None:
    """Answer every error of this app with a problem, in debug mode and tests too."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    known = (Problem, HTTPException, ValidationError, IntegrityError, DataError, PoolTimeout)
    for kind in (*known, redis.ConnectionError, redis.TimeoutError):
        app.register_error_handler(kind, _answer)
