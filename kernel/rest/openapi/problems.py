"""Which problems an endpoint may answer with: those it names and those that its rules imply."""

from __future__ import annotations

from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kernel import errors
from kernel.context import KERNEL
from kernel.errors import Problem
from kernel.identity.access import Access

if TYPE_CHECKING:
    from kernel.rest.endpoint import Endpoint
    from kernel.rest.serving import View

PROBLEM_SCHEMA = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string", "description": "What is wrong, in the client's language."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable name of the problem."},
        "detail": {"type": "string", "description": "More about this very case."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer of the field, or /query/<name>."},
                    "code": {"type": "string", "description": "Stable name of the broken rule."},
                    "message": {"type": "string", "description": "In the client's language."},
                },
                "required": ["pointer", "code", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "code"],
}


def problems_of(view: View) -> list[type[Problem]]:
    """Every problem of the endpoint, each once."""
    endpoint = view.endpoint
    found: list[type[Problem]] = [errors.BadRequest, errors.TooManyRequests]
    found += [errors.ServiceUnavailable, errors.RequestTimeout]
    if view.owner != KERNEL:
        found.append(errors.AddonDisabled)
    if "<" in view.rule:
        found.append(errors.NotFound)
    found += [*_of_access(view.access), *_of_input(endpoint), *endpoint.problems]
    if endpoint.idempotent:
        found += [errors.IdempotencyKeyRequired, errors.IdempotencyKeyReused, errors.RequestInProgress]
    if endpoint.contended is not None:
        found += [errors.PreconditionRequired, errors.PreconditionFailed]
    return list(dict.fromkeys(found))


def _of_access(access: Access) -> list[type[Problem]]:
    # Of a public endpoint too: nobody needs a token there, but who sends one and is asked for must send a good one.
    found: list[type[Problem]] = [errors.NotAuthenticated, errors.TokenExpired, errors.SessionEnded]
    if access.permissions:
        found.append(errors.PermissionDenied)
    if access.scope is not None:
        found.append(errors.NotFound)
    if access.fresh_minutes is not None:
        found.append(errors.ReauthenticationRequired)
    return found


def _of_input(endpoint: Endpoint) -> list[type[Problem]]:
    found: list[type[Problem]] = [errors.ValidationFailed] if endpoint.arguments else []
    if any(item.location in ("json", "form") for item in endpoint.arguments):
        found += [errors.PayloadTooLarge, errors.UnsupportedMediaType]
    return found


def problem_responses(view: View) -> dict[str, Any]:
    """OpenAPI responses by status, each with the codes that may come with it."""
    by_status: defaultdict[int, list[type[Problem]]] = defaultdict(list)
    for problem in problems_of(view):
        by_status[problem.status].append(problem)
    return {str(status): _response(status, by_status[status]) for status in sorted(by_status)}


def _response(status: int, problems: list[type[Problem]]) -> dict[str, Any]:
    lines = "\n".join(f"- `{problem.code}`: {problem.title}" for problem in problems)
    codes = {"type": "string", "enum": [problem.code for problem in problems]}
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}], "properties": {"code": codes}}
    return {
        "description": f"{HTTPStatus(status).phrase}\n\n{lines}",
        "content": {"application/problem+json": {"schema": schema}},
    }
