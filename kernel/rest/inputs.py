"""Reading a view's input from where it comes: JSON body, query, form, headers or path."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import request
from marshmallow import ValidationError, fields, missing

from kernel.errors import BadRequest, UnsupportedMediaType
from kernel.i18n import translate
from kernel.rest.body import nul_refused, read_json
from kernel.rest.endpoint import Arguments
from kernel.rest.schema import Schema, current
from kernel.rest.validation import repeated, validation_problem
from kernel.runtime import platform

LOCATIONS = ("json", "query", "form", "headers", "path")
_MOST_PARAMETERS = 200
_MOST_PARTS = 256


class Input:
    """One `Arguments` of a view, ready to load with the fields of one generation."""

    def __init__(self, arguments: Arguments) -> None:
        self.location = arguments.location
        self.required = arguments.required
        self.schema: Schema = current(arguments.schema)
        self._lists = frozenset(
            field.data_key or name for name, field in self.schema.fields.items() if isinstance(field, fields.List)
        )
        self._known = frozenset(field.data_key or name for name, field in self.schema.load_fields.items())
        self._parts: dict[frozenset[str], Schema] = {}
        """By the names that were sent, the part of the schema that is about these."""
        self._read: Callable[[Mapping[str, Any]], Any] = getattr(self, f"_read_{self.location}")

    def load(self, path: Mapping[str, Any]) -> Any:
        """The validated input. Raises `ValidationFailed`, `BadRequest` or `UnsupportedMediaType`."""
        raw = self._read(path)
        try:
            return self._schema_for(raw).load(raw)
        except ValidationError as error:
            raise validation_problem(error, self.location, self.schema) from None

    def _schema_for(self, raw: Any) -> Schema:
        """The schema with the fields that what was sent needs: of a query's twenty most aren't there, as a rule."""
        if self.location != "query":
            return self.schema
        sent = self._known.intersection(raw)
        part = self._parts.get(sent)
        if part is None:
            part = copy.copy(self.schema)
            part.load_fields = {
                name: field
                for name, field in self.schema.load_fields.items()
                if (field.data_key or name) in sent or field.required or field.load_default is not missing
            }
            if len(self._parts) < _MOST_PARTS:
                self._parts[sent] = part
        return part

    def _read_json(self, path: Mapping[str, Any]) -> Any:
        return read_json(request, platform.settings.max_json_depth, required=self.required)

    def _read_query(self, path: Mapping[str, Any]) -> dict[str, Any]:
        return self._gather(query_pairs(request.environ))

    def _read_form(self, path: Mapping[str, Any]) -> dict[str, Any]:
        if not _is_form():
            raise UnsupportedMediaType(translate("Send the body as multipart/form-data, with its boundary."))
        pairs = [*request.form.items(multi=True), *request.files.items(multi=True)]
        for name, value in pairs:
            if isinstance(value, str) and "\x00" in value:
                raise nul_refused(f"/{name}")
        return self._gather(pairs)

    def _read_headers(self, path: Mapping[str, Any]) -> dict[str, Any]:
        names = (field.data_key or name for name, field in self.schema.load_fields.items())
        return {name: request.headers[name] for name in names if name in request.headers}

    def _read_path(self, path: Mapping[str, Any]) -> Mapping[str, Any]:
        return path

    def _gather(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """One value per name, or a list where the schema takes one. Raises `ValidationFailed` for other repeats."""
        values: dict[str, Any] = {}
        for name, value in pairs:
            if name in self._lists:
                values.setdefault(name, []).append(value)
            elif name in values:
                raise repeated(name, self.location)
            else:
                values[name] = value
        return values


def _is_form() -> bool:
    if request.mimetype == "multipart/form-data":
        return bool(request.mimetype_params.get("boundary"))
    return request.mimetype == "application/x-www-form-urlencoded"


def query_pairs(environ: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The query parameters in order. Raises `BadRequest` for too many of them, and for NUL characters."""
    text: str = environ.get("QUERY_STRING", "")
    if not text:
        return []
    if "%00" in text:
        raise BadRequest(translate("NUL characters are not accepted."))
    if not text.isascii():  # a client that doesn't quote; WSGI hands its bytes on as latin-1
        text = text.encode("latin-1").decode("utf-8", "replace")
    try:
        return parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise BadRequest(translate("Too many query parameters.")) from None
