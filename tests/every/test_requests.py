"""Requests to every endpoint that its document allows or forbids, made up by hypothesis: no fault of the server."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from werkzeug.test import TestResponse

from addon_sdk.testing.ownership import OwnedObject
from tests.every.conftest import make_for

EXAMPLES = 5
"""Requests to each operation on each database."""
given_few = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def send(client: FlaskClient, case: Case) -> TestResponse:
    """Send what schemathesis made up; the caller's own token stays."""
    made: dict[str, Any] = case.as_transport_kwargs(base_url="http://localhost")
    parts = {name: made[name] for name in ("method", "url", "params", "json", "data", "files") if name in made}
    ready = requests.Request(**parts).prepare()
    headers = {**ready.headers, **(made.get("headers") or {})}
    kept = {name: value for name, value in headers.items() if name.lower() not in ("authorization", "content-length")}
    return client.open(ready.path_url, method=ready.method, headers=kept, data=ready.body)


@pytest.mark.timeout(900)
def test_whatever_is_sent_the_answer_is_no_fault(
    app: Flask, objects: dict[str, OwnedObject], as_real_user: Callable[..., Any]
) -> None:
    """About real objects of the caller's where there are some. The app's fixture holds answers to the document."""
    schema = schemathesis.openapi.from_dict(app.test_client().get("/api/v1/openapi.json").json)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    known = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule): case for rule, case in objects.items()}
    operations = sorted((found.ok() for found in schema.get_all_operations()), key=lambda item: item.path)
    for path, of_path in itertools.groupby(operations, key=lambda item: item.path):
        caller = as_real_user(roles=["admin"])
        values = make_for(caller, known[path]) if path in known else {}
        for operation in sorted(of_path, key=lambda item: item.method == "delete"):
            try_few(caller, operation, {name: str(value) for name, value in values.items()})
    assert len(operations) > 100


def try_few(caller: Any, operation: Any, values: dict[str, str]) -> None:
    @given_few
    @given(operation.as_strategy())
    def run(case: Case) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **values}
        answer = send(caller, case)
        assert answer.status_code < 500, (case.method, case.formatted_path, case.query, case.body, answer.text)
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json"

    run()
