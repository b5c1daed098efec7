"""Ids in bodies, wherever one can be sent: one of a stranger's, which nobody else may know of, is never taken."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from asoud_category.services import add_slide, create_category
from flask import Flask
from hypothesis import find, settings
from schemathesis import Case, GenerationMode

from addon_sdk.testing.ownership import OwnedObject
from kernel.runtime import platform
from tests.every.conftest import FILE, make_for
from tests.every.test_requests import given_few, send
from tests.files.samples import picture

PARAMETER = re.compile(r"{(\w+)}")
EACH = 0
"""In the way to a field: the first of a list."""
Way = tuple[str | int, ...]
given_many = settings(given_few, max_examples=300)
"""Enough bodies for one in which a field stands that need not, deep inside."""

REFUSED_AS_A_WHOLE = {
    ("/api/v1/users/logins", "request_id"),  # no answer may tell which part of a login was wrong
    ("/api/v1/users/me/mobile", "request_id"),
    ("/api/v1/users/me/proofs", "request_id"),
    ("/api/v1/category/order", "category_ids"),  # they are held against the parent's, which is wrong itself
    ("/api/v1/chat/rooms/{room_id}/messages", "reply_to_id"),  # a message of the kind that is made up lacks its text
    ("/api/v1/chat/rooms/{room_id}/messages", "file_id"),
    ("/api/v1/product/my/markets/{market_id}/products", "variants"),  # after what is made up for their options
    ("/api/v1/market/my/markets", "category_id"),  # after the name, which is not made up in Persian
}
"""By path and field, where another rule speaks first; tests of the addons try the id, once per shared function."""


NO_REFERENCES = {
    "shipping_options",  # with an id that its product hasn't it is a new one, with an id of its own
}
"""Fields whose ids may be unknown: they are not kept."""


def a_category(owner_id: UUID) -> dict[str, object]:
    return {"category_id": create_category("دسته", f"of-{owner_id}").id}


def a_slide(owner_id: UUID) -> dict[str, object]:
    stored = platform.files.store(io.BytesIO(picture()), "a.jpg", kind="category.slide", owner_user_id=owner_id)
    category = create_category("دسته", f"of-{owner_id}")
    return {"slide_id": add_slide(category.id, {"file_id": stored.id}, user_id=owner_id)["id"]}


NOBODYS = (
    OwnedObject("/api/v1/category/categories/<uuid:category_id>", a_category),
    OwnedObject("/api/v1/category/slides/<uuid:slide_id>", a_slide),
)
"""What is the site's own: how to make it for the routes that it has."""


@pytest.mark.timeout(900)
def test_an_id_of_a_strangers_is_never_taken(
    app: Flask, objects: dict[str, OwnedObject], as_real_user: Callable[..., Any]
) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE], allow_x00=False)
    cases = (*objects.values(), *NOBODYS)
    known = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", case.rule): case for case in cases}
    stranger, tried = str(make_for(as_real_user(), FILE)["file_id"]), 0
    for operation in (found.ok() for found in schema.get_all_operations()):
        wanted = set(PARAMETER.findall(operation.path))
        rules = [rule for rule in known if wanted <= set(PARAMETER.findall(rule))]
        for way in id_fields(document, body_of(document, operation.path, operation.method)):
            assert rules, (operation.path, "say in NOBODYS how to make what it is about")
            caller = as_real_user(roles=["admin"])
            values = make_for(caller, known[min(rules, key=len)]) if wanted else {}
            case = case_with(operation, way, stranger)
            case.path_parameters = {**(case.path_parameters or {}), **{key: str(id) for key, id in values.items()}}
            answer = send(caller, case)
            told = (case.method, case.path, way, answer.status_code, answer.text)
            if way[0] in NO_REFERENCES:
                assert answer.status_code < 500, told
                assert stranger not in answer.text, told
            else:
                assert 400 <= answer.status_code < 500, told
                assert names(answer, way) or (operation.path, way[0]) in REFUSED_AS_A_WHOLE, told
            tried += 1
    assert tried > 45


def case_with(operation: Any, way: Way, id: str) -> Case:
    """A request that the document allows, with an id where the way leads."""
    case: Case = find(operation.as_strategy(), lambda made: put(made.body, way, id), settings=given_many)
    assert put(case.body, way, id)
    return case


def names(answer: Any, way: Way) -> bool:
    """Whether a problem names the field at the end of the way, or what it stands in."""
    words = [step for step in way if step != EACH]
    pointers = [error["pointer"].split("/")[1:] for error in answer.get_json().get("errors", ())]
    named = [[word for word in pointer if not word.isdigit()] for pointer in pointers]
    return any(pointer == words[: len(pointer)] for pointer in named if pointer)


def put(body: Any, way: Way, id: str) -> bool:
    """Put an id where the way leads; whether it leads anywhere in this body."""
    *before, last = way
    try:
        for step in before:
            body = body[step]
        if last == EACH:
            body[:] = [id]
        else:
            body[last] = id
    except (LookupError, TypeError):
        return False
    return True


def body_of(document: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    content = document["paths"][path][method].get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return schema


def id_fields(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[Way]:
    """The ways to the fields of a body that take an id."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if schema.get("format") == "uuid":
        yield ()
    below = {**schema.get("properties", {}), **({EACH: schema["items"]} if "items" in schema else {})}
    for step, field in below.items():
        yield from ((step, *rest) for rest in id_fields(document, field))
    for choice in schema.get("anyOf", ()):
        yield from id_fields(document, choice)
