"""The page of the codes that field errors have, from the code that makes them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import marshmallow

from kernel.rest.messages import VALIDATOR_CODES, code_of
from kernel.runtime import Platform

_PACKAGES = ("kernel", "asoud_")
_OF_AUTHORS = ("validator_failed", "format")
"""What only a schema's author sees."""
_MESSAGES = ("default_message", "message_min", "message_max", "message_all", "message_equal")
"""What validators call theirs."""
_PLACES = {"Message": 0, "Invalid": 0, "FieldError": 1, "field_error": 1, "of": 1, "_invalid": 1}
"""Which argument is the code; the text follows."""


def field_codes(platform: Platform) -> Iterator[str]:
    """Every code that a field error may have, the `errors` of a problem."""
    yield "# Codes of field errors\n"
    yield "What stands in `errors[].code`, beside the `pointer` to the field. Decide by the code."
    yield ""
    yield "| code | messages |"
    yield "|---|---|"
    found: dict[str, set[str]] = {}
    modules = [name for name in sys.modules if name.startswith(_PACKAGES)]
    for code, text in (*_of_fields(), *_of_validators(), *_literal(modules)):
        found.setdefault(code, set()).add(text.replace("|", "&#124;"))
    for code, messages in sorted(found.items()):
        yield f"| `{code}` | {' '.join(sorted(messages - {''})) or 'It names what there is instead.'} |"


def _of_fields() -> Iterator[tuple[str, str]]:
    for kind in _below(marshmallow.fields.Field):
        if kind.__module__.startswith(("marshmallow.", *_PACKAGES)):
            texts = kind.default_error_messages.items()
            yield from ((code_of(kind, key), text) for key, text in texts if key not in _OF_AUTHORS)


def _below(kind: type[Any]) -> set[type[Any]]:
    return {kind}.union(*(_below(child) for child in kind.__subclasses__()))


def _of_validators() -> Iterator[tuple[str, str]]:
    for rule, code in VALIDATOR_CODES.items():
        texts = (getattr(rule, name, None) for name in _MESSAGES)
        yield from ((code, text.replace("{{", "{").replace("}}", "}")) for text in texts if isinstance(text, str))


def _literal(modules: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Code and text of every field error that these modules write out."""
    for module in modules:
        file = getattr(sys.modules[module], "__file__", None)
        if file and file.endswith(".py"):
            calls = (node for node in ast.walk(ast.parse(Path(file).read_text("utf-8"))) if isinstance(node, ast.Call))
            yield from (pair for call in calls for pair in _said(call))


def _said(call: ast.Call) -> Iterator[tuple[str, str]]:
    place = _PLACES.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
    if place is None or len(call.args) < place + 2:
        return
    code, text = call.args[place : place + 2]
    if isinstance(text, ast.Call) and text.args:  # of `translate`
        text = text.args[0]
    if isinstance(code, ast.Constant) and isinstance(code.value, str):
        yield code.value, str(text.value) if isinstance(text, ast.Constant) else ""
