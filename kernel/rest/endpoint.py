"""What decorators say about a view. They only note it; the blueprint builds one wrapper that does it all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kernel.errors import Problem
from kernel.rest.schema import Schema

ATTRIBUTE = "__asoud_endpoint__"
FORM_BYTES = 65_536
"""What a form may have around the file, so that a file just above its own limit hears of that one."""
DEFAULT_UPLOAD = 10 * 1_048_576 + FORM_BYTES
"""Largest body of an upload where the endpoint says nothing else."""

F = TypeVar("F", bound=Callable[..., Any])
Template = Schema | type[Schema]
VersionOf = Callable[..., object]


@dataclass(frozen=True)
class Arguments:
    """Input that a view takes as one positional argument."""

    schema: Template
    location: str
    required: bool = True


@dataclass(frozen=True)
class Answer:
    """What a view answers with when all went well."""

    status: int = 200
    schema: Template | None = None
    page: bool = False
    """Whether the answer is one page of a list, ``{"items": [...], "next": ...}``."""
    description: str = ""
    also: Mapping[int, str] = field(default_factory=dict)
    """Other statuses that the same answer may come with, and when."""
    media_type: str = "application/json"


@dataclass(frozen=True)
class CacheRule:
    """How long, and under which tags, answers are kept as bytes."""

    seconds: int
    tags: Sequence[str] | Callable[..., Sequence[str]]
    shared: bool | None
    """Whether every caller gets the same answer, whoever he is; None: if the view is public."""


@dataclass(eq=False)
class Endpoint:
    """Everything noted about one view function."""

    arguments: list[Arguments] = field(default_factory=list)
    """In the order of the view's parameters."""
    answer: Answer | None = None
    problems: list[type[Problem]] = field(default_factory=list)
    idempotent: bool = False
    version_of: VersionOf | None = None
    contended: VersionOf | None = None
    cache: CacheRule | None = None
    upload: bool = False
    upload_bytes: Callable[[], int] | int = DEFAULT_UPLOAD
    """Largest body of an upload; the setting ``max_upload_bytes``, and a form, stand above it."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Endpoint:
        # flask-smorest copies the documentation of views deeply; there is nothing here that it may change.
        return self


def endpoint_of(function: Callable[..., Any]) -> Endpoint:
    """The notes on ``function``, made when there are none yet."""
    found = getattr(function, ATTRIBUTE, None)
    if not isinstance(found, Endpoint):
        found = Endpoint()
        setattr(function, ATTRIBUTE, found)
    return found


def upload(max_bytes: Callable[[], int] | int = DEFAULT_UPLOAD) -> Callable[[F], F]:
    """Let the body be an upload of up to ``max_bytes`` with its form; above stands the site's ``max_upload_bytes``."""

    def mark(function: F) -> F:
        endpoint = endpoint_of(function)
        endpoint.upload, endpoint.upload_bytes = True, max_bytes
        return function

    return mark
