"""Reading JSON within limits: size, nesting, and nothing that the database would choke on."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import orjson
from flask import Request

from kernel.errors import BadRequest, FieldError, UnsupportedMediaType
from kernel.i18n import translate

_KEY = re.compile(rb'"[ \t\r\n]*:')
"""The end of every field's name; inside a text it may stand too."""


def read_json(request: Request, max_depth: int, *, required: bool = True) -> Any:
    """The request's JSON body; an empty object where none is ``required`` and none was sent.

    Raises `UnsupportedMediaType` for another content type, `BadRequest` for what isn't JSON (NaN and broken
    encodings are not), is nested deeper than ``max_depth``, holds NUL characters, or a field twice.
    """
    data = request.get_data()
    if not data:
        if required:
            raise BadRequest(translate("Send a JSON body."))
        return {}
    if not request.is_json:
        raise UnsupportedMediaType(translate("Send the body as application/json."))
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadRequest(translate("The body is not valid JSON: {reason}.", reason=str(error))) from None
    check_json(data, body, max_depth)
    return body


def check_json(text: bytes, body: object, max_depth: int) -> None:
    """Hold a body, which was parsed from ``text`` or a part of it, to the rules of REST and Socket.IO alike.

    Raises `BadRequest` when it is nested deeper than ``max_depth``, holds NUL characters, or a field twice.
    """
    if text.count(b"[") + text.count(b"{") > max_depth or b"\\u0000" in text:
        _inspect(body, max_depth)
    if not isinstance(body, dict) or len(_KEY.findall(text)) > len(body):
        json.loads(text, object_pairs_hook=_refuse_repeated)


def _refuse_repeated(pairs: list[tuple[str, Any]]) -> None:
    """orjson keeps the last of two fields with one name; which of them was meant, only the client knows."""
    if len({name for name, _ in pairs}) < len(pairs):
        name = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise BadRequest(translate("The body has the field {name} twice.", name=name))


def _inspect(body: object, max_depth: int) -> None:
    """Walk the body level by level, without recursion; each value with its JSON pointer."""
    level, depth = [("", body)], 0
    while level:
        below: list[tuple[str, object]] = []
        for pointer, value in level:
            if isinstance(value, str) and "\x00" in value:
                raise nul_refused(pointer)
            if isinstance(value, dict):
                below += [(pointer, name) for name in value]
                below += [(f"{pointer}/{_escaped(name)}", each) for name, each in value.items()]
            elif isinstance(value, list):
                below += [(f"{pointer}/{place}", each) for place, each in enumerate(value)]
        if depth == max_depth and any(isinstance(value, dict | list) for _, value in level):
            raise BadRequest(translate("The body is nested deeper than {depth} levels.", depth=max_depth))
        level, depth = below, depth + 1


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def nul_refused(pointer: str) -> BadRequest:
    """The problem with a NUL character, which databases don't store, in the text at ``pointer``."""
    error = FieldError(pointer, "nul", translate("NUL characters are not accepted."))
    return BadRequest(error.message, errors=[error])
