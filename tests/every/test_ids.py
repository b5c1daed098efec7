"""Ids in bodies, wherever one can be sent: one of a stranger's, which nobody else may know of, is never taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import find
from schemathesis import Case, GenerationMode

from addon_sdk.testing.ownership import OwnedObject
from tests.every.conftest import FILE, make_for
from tests.every.test_requests import given_few, send

PARAMETER = re.compile(r"{(\w+)}")
REFUSED_AS_A_WHOLE = {
    ("/api/v1/users/logins", "request_id"),  # no answer may tell which part of a login was wrong
    ("/api/v1/users/me/mobile", "request_id"),
    ("/api/v1/users/me/proofs", "request_id"),
    ("/api/v1/category/order", "category_ids"),  # they are held against the parent's, which is wrong itself
    ("/api/v1/chat/rooms/{room_id}/messages", "reply_to_id"),  # a message of the kind that is made up lacks its text
    ("/api/v1/chat/rooms/{room_id}/messages", "file_id"),
    ("/api/v1/market/my/markets", "category_id"),  # after the name, which is not made up in Persian
}
"""By path and field, where another rule speaks first; tests of the addons have the id alone."""


@pytest.mark.timeout(900)
def test_an_id_of_a_strangers_is_never_taken(
    app: Flask, objects: dict[str, OwnedObject], as_real_user: Callable[..., Any]
) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    known = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule): case for rule, case in objects.items()}
    stranger, tried = str(make_for(as_real_user(), FILE)["file_id"]), 0
    for operation in (found.ok() for found in schema.get_all_operations()):
        for name, several in id_fields(document, operation.path, operation.method):
            caller = as_real_user(roles=["admin"])
            wanted = set(PARAMETER.findall(operation.path))
            rules = [rule for rule in known if wanted <= set(PARAMETER.findall(rule))]
            if wanted and not rules:  # it is about something that belongs to nobody, such as a category
                continue
            values = make_for(caller, known[min(rules, key=len)]) if wanted else {}
            case: Case = find(operation.as_strategy(), lambda made: isinstance(made.body, dict), settings=given_few)
            case.path_parameters = {**(case.path_parameters or {}), **{key: str(id) for key, id in values.items()}}
            case.body[name] = [stranger] if several else stranger
            answer = send(caller, case)
            named = {error["pointer"].split("/")[1] for error in answer.get_json().get("errors", ())}
            expected = name in named or (operation.path, name) in REFUSED_AS_A_WHOLE
            assert 400 <= answer.status_code < 500, (case.method, case.path, name, answer.text)
            assert expected, (case.method, case.path, name, answer.text)
            tried += 1
    assert tried > 30


def id_fields(document: dict[str, Any], path: str, method: str) -> Iterator[tuple[str, bool]]:
    """Names of the fields of an operation's body that take an id, and whether they take a list of ids."""
    content = document["paths"][path][method].get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for name, field in schema.get("properties", {}).items():
        if "uuid" in (field.get("format"), field.get("items", {}).get("format")):
            yield name, "items" in field
