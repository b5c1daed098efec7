"""What the document says about one view, all of it from what its decorators noted."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kernel.rest.endpoint import Answer, Arguments
from kernel.rest.openapi.names import operation_id
from kernel.rest.openapi.problems import problem_responses
from kernel.rest.schema import current

if TYPE_CHECKING:
    from kernel.rest.serving import View

BEARER = "bearer"
IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH = "IdempotencyKey", "IfMatch", "IfNoneMatch"
HEADERS: dict[str, dict[str, Any]] = {
    IDEMPOTENCY_KEY: {
        "name": "Idempotency-Key",
        "required": True,
        "description": "Of your making, unique per intended effect; a repeat within 24 hours gets the first answer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    IF_MATCH: {
        "name": "If-Match",
        "required": True,
        "description": "The ETag that the GET of this path brought, or of the nearest above it.",
        "schema": {"type": "string"},
    },
    IF_NONE_MATCH: {
        "name": "If-None-Match",
        "required": False,
        "description": "The ETag of the copy that you have; 304 when it is still good.",
        "schema": {"type": "string"},
    },
}
_BODIES = {"json": "application/json", "form": "multipart/form-data"}


def operation(view: View) -> dict[str, Any]:
    """The operation object of one view, without summary and description, which its docstring gives."""
    endpoint, access = view.endpoint, view.access
    documented: dict[str, Any] = {
        "operationId": operation_id(view),
        "parameters": _parameters(view),
        "responses": {**_success(view), **problem_responses(view)},
        "security": [] if access.anonymous else [{BEARER: []}],
        "x-addon": view.owner,
    }
    if access.permissions:
        documented["x-permissions"] = list(access.permissions)
    for arguments in endpoint.arguments:
        if arguments.location in _BODIES:
            documented["requestBody"] = _body(arguments)
    return documented


def _parameters(view: View) -> list[Any]:
    parameters: list[Any] = [
        {"in": item.location, "schema": current(item.schema)}
        for item in view.endpoint.arguments
        if item.location not in _BODIES
    ]
    if view.endpoint.idempotent:
        parameters.append(IDEMPOTENCY_KEY)
    if view.endpoint.contended is not None:
        parameters.append(IF_MATCH)
    if view.method == "GET":
        parameters.append(IF_NONE_MATCH)
    return parameters


def _body(arguments: Arguments) -> dict[str, Any]:
    content = {_BODIES[arguments.location]: {"schema": current(arguments.schema)}}
    return {"required": arguments.required, "content": content}


def _success(view: View) -> dict[str, Any]:
    answer = view.endpoint.answer or Answer()
    response: dict[str, Any] = {"description": answer.description or HTTPStatus(answer.status).phrase}
    if answer.status != HTTPStatus.NO_CONTENT:
        response["content"] = {answer.media_type: {"schema": _answer_schema(answer)}}
    found = {str(answer.status): response}
    found |= {str(status): {**response, "description": when} for status, when in answer.also.items()}
    if view.method == "GET":
        response["headers"] = {"ETag": {"description": "Version of this answer.", "schema": {"type": "string"}}}
        found["304"] = {"description": "The copy that you have is still good."}
    return found


def _answer_schema(answer: Answer) -> Any:
    if answer.schema is None:
        return {}
    schema = current(answer.schema)
    if not answer.page:
        return schema
    following = {"type": ["string", "null"], "description": "Cursor of the next page; null at the end."}
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": schema}, "next": following},
        "required": ["items", "next"],
    }
