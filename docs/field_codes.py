"""The page of the codes that field errors have, from the code that makes them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import marshmallow

from kernel.rest.messages import VALIDATOR_CODES, code_of
from kernel.runtime import Platform

PACKAGES = ("kernel", "asoud_")
"""Where the platform's modules and those of its addons are."""
_SCOPES = (ast.Module, ast.FunctionDef)
_OF_AUTHORS = ("validator_failed", "format")
"""What only a schema's author sees."""
_MESSAGES = ("default_message", "message_min", "message_max", "message_all", "message_equal")
"""What validators call theirs."""
_PLACES = {
    "Message": 0,
    "Invalid": 0,
    "Wrong": 0,
    "_Wrong": 0,
    "FieldError": 1,
    "field_error": 1,
    "of": 1,
    "_invalid": 1,
    "row_error": 2,
}
"""Which argument is the code; the text follows."""


def field_codes(platform: Platform) -> Iterator[str]:
    """Every code that a field error may have: the `errors` of a problem, and of a row of a file."""
    yield "# Codes of field errors\n"
    yield "What stands in `errors[].code`, beside the `pointer` to the field. Decide by the code."
    yield ""
    yield "| code | messages |"
    yield "|---|---|"
    found: dict[str, set[str]] = {}
    modules = [name for name in sys.modules if name.startswith(PACKAGES)]
    for code, text in (*_of_fields(), *_of_validators(), *_literal(modules)):
        found.setdefault(code, set()).add(text.replace("|", "&#124;"))
    for code, messages in sorted(found.items()):
        yield f"| `{code}` | {' '.join(sorted(messages - {''})) or 'It names what there is instead.'} |"


def _of_fields() -> Iterator[tuple[str, str]]:
    for kind in _below(marshmallow.fields.Field):
        if kind.__module__.startswith(("marshmallow.", *PACKAGES)):
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
            scopes = (node for node in ast.walk(ast.parse(Path(file).read_text("utf-8"))) if isinstance(node, _SCOPES))
            yield from (pair for scope in scopes for pair in _written_in(scope))


def _written_in(scope: ast.AST) -> Iterator[tuple[str, str]]:
    """Those of a function, where a text may have a name first, or of what stands in none."""
    texts: dict[str, list[tuple[int, str]]] = {}
    nodes = list(_within(scope))
    for node in nodes:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        ):
            texts.setdefault(node.targets[0].id, []).append((node.lineno, str(node.value.value)))
    for node in nodes:
        if isinstance(node, ast.Call):
            yield from _said(node, texts)


def _within(scope: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, _SCOPES):
            yield child
            yield from _within(child)


def _said(call: ast.Call, texts: Mapping[str, list[tuple[int, str]]]) -> Iterator[tuple[str, str]]:
    place = _PLACES.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
    if place is None or len(call.args) < place + 2:
        return
    code, text = call.args[place : place + 2]
    if isinstance(text, ast.Call) and text.args:  # of `translate`
        text = text.args[0]
    if isinstance(code, ast.Constant) and isinstance(code.value, str):
        yield code.value, _text_of(text, texts)


def _text_of(node: ast.AST, texts: Mapping[str, list[tuple[int, str]]]) -> str:
    if isinstance(node, ast.Name):
        return max((each for each in texts.get(node.id, ()) if each[0] <= node.lineno), default=(0, ""))[1]
    return str(node.value) if isinstance(node, ast.Constant) else ""
