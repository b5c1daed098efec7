"""From what a view returns to the bytes and headers of its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from flask_smorest.utils import unpack_tuple_response

from kernel.rest.dump import compiled
from kernel.rest.encoding import JSON_TYPE, encode
from kernel.rest.endpoint import Answer
from kernel.rest.pages import Page
from kernel.rest.replies import Reply, checked
from kernel.rest.schema import current

PRIVATE = "private, no-cache"
"""Only the caller may keep it, and asks with its ETag whether it is still good."""
Dump = Callable[[Any], Any]


class Answering:
    """Makes the answers of one view in one generation."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self._dump = self._dumper(answer)

    @staticmethod
    def _dumper(answer: Answer) -> Dump | None:
        if answer.schema is None:
            return None
        schema = current(answer.schema)
        if answer.page:
            items = compiled(schema, many=True)
            return lambda page: {"items": items(page.items), "next": page.next}
        return compiled(schema)

    def body(self, result: object) -> bytes:
        """The JSON bytes of ``result``; none for an answer without content."""
        if result is None and self._dump is None:
            return b""
        if self._dump is not None:
            result = self._dump(result)
        elif isinstance(result, Page):
            result = {"items": result.items, "next": result.next}
        return encode(result)

    def reply(self, returned: Any, headers: dict[str, str]) -> Response:
        """What the view returned, a value, ``(value, status, headers)`` or a response of its own, as a response."""
        if isinstance(returned, Response):
            return returned
        result, status, own = unpack_tuple_response(returned)
        if isinstance(result, Response):
            raise TypeError("A view that makes its own Response returns it alone, not in a tuple.")
        return json_reply(self.body(result), int(status or self.status), headers | checked(own))


def json_reply(body: bytes, status: int, headers: Mapping[str, str]) -> Reply:
    """A response of JSON bytes; without content it is 204 instead of 200, and has no content type."""
    if not body:
        return Reply(body, 204 if status == 200 else status, headers)
    return Reply(body, status, {"Content-Type": JSON_TYPE, **headers})


def unchanged(etag: str, headers: Mapping[str, str]) -> Reply:
    """304: the client's copy is still good."""
    return Reply(b"", 304, {"Cache-Control": PRIVATE, **headers, "ETag": etag})
