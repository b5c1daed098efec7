"""The two sides of a schema: what goes in and what comes out, each a component of its own in the document.

A field that is only read stands in no request and one that is only written in no answer. Requests require what the
schema requires; in answers every field always stands, but for those of other addons, which leave with their addon,
and those with ``metadata={"sometimes": True}``.
"""

from __future__ import annotations

import re
from typing import Any

import marshmallow
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import make_schema_key, resolve_schema_instance
from apispec.ext.marshmallow.openapi import OpenAPIConverter

from kernel.rest.openapi.patterns import ecmascript

Field = marshmallow.fields.Field[Any]


class _Converter(OpenAPIConverter):
    """apispec's, with components that belong to one side."""

    def resolve_nested_schema(self, schema: Any) -> Any:
        """A reference to the schema's component, which is made when it is the first."""
        instance = resolve_schema_instance(schema)
        key = make_schema_key(instance)
        name = self.schema_name_resolver(instance)
        if key not in self.refs:
            self.refs[key] = name  # before its fields, as a schema may nest itself
            self.spec.components.schema(name, self.schema2jsonschema(instance))  # type: ignore[no-untyped-call]  # apispec annotates it in parts
        return self.get_ref_dict(instance)  # type: ignore[no-untyped-call]  # apispec annotates it in parts

    def field2pattern(self, field: Field, **kwargs: Any) -> dict[str, str]:
        """The pattern that every validator's expression has in ECMAScript, where it has one."""
        expressions = (getattr(validator, "regex", None) for validator in field.validators)
        found = (ecmascript(each) for each in expressions if isinstance(each, re.Pattern))
        pattern = next((each for each in found if each is not None), None)
        return {} if pattern is None else {"pattern": pattern}


class _RequestConverter(_Converter):
    def fields2jsonschema(self, fields: dict[str, Field], *, partial: Any = None) -> Any:
        written = {name: field for name, field in fields.items() if not field.dump_only}
        return super().fields2jsonschema(written, partial=partial)  # type: ignore[no-untyped-call]  # apispec annotates it in parts

    def field2pattern(self, field: Field, **kwargs: Any) -> dict[str, str]:
        """Nothing for a field that reads several written forms: its validators see the one that they stand for."""
        if type(field)._deserialize is not marshmallow.fields.String._deserialize:
            return {}
        return super().field2pattern(field)


class _AnswerConverter(_Converter):
    def schema2jsonschema(self, schema: Any) -> Any:
        found = super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]  # apispec annotates it in parts
        found.pop("additionalProperties", None)  # an answer may have more one day
        return found

    def fields2jsonschema(self, fields: dict[str, Field], *, partial: Any = None) -> Any:
        read = {name: field for name, field in fields.items() if not field.load_only}
        found = super().fields2jsonschema(read)  # type: ignore[no-untyped-call]  # apispec annotates it in parts
        found["required"] = sorted(field.data_key or name for name, field in read.items() if _always(field))
        if not found["required"]:
            del found["required"]
        return found

    def field2property(self, field: Field) -> Any:
        found = super().field2property(field)
        found.pop("default", None)
        if "dumped_example" in field.metadata:
            found["example"] = field.metadata["dumped_example"]
        return found


def _always(field: Field) -> bool:
    return not field.metadata.get("sometimes") and "x-addon" not in field.metadata


class Requests(MarshmallowPlugin):
    """Documents parameters and bodies."""

    Converter = _RequestConverter

    def operation_helper(self, path: Any = None, operations: Any = None, **kwargs: Any) -> None:
        """Turn the schemas of each operation's input into references."""
        resolver: Any = self.resolver
        for operation in (operations or {}).values():
            operation["parameters"] = resolver.resolve_parameters(operation.get("parameters", []))
            resolver.resolve_schema(operation.get("requestBody"))


class Answers(MarshmallowPlugin):
    """Documents what comes back."""

    Converter = _AnswerConverter

    def operation_helper(self, path: Any = None, operations: Any = None, **kwargs: Any) -> None:
        """Turn the schemas of each operation's answers into references."""
        resolver: Any = self.resolver
        for operation in (operations or {}).values():
            for response in operation.get("responses", {}).values():
                resolver.resolve_response(response)
