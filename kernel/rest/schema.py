"""Schema: marshmallow's, with strict input, coded errors, and the fields that enabled addons add to its model.

An instance has the fields of the moment at which it is made. Whoever keeps one keeps it for one gate generation;
`current` makes a fresh one from a template such as ``ProductSchema(only=("id", "name"))`` in a decorator.
"""

from __future__ import annotations

from typing import Any, Self

import marshmallow
from marshmallow import ValidationError, fields

from kernel.rest.extensions import extension_fields
from kernel.rest.messages import READ_ONLY, SCHEMA_MESSAGES, inner_fields, label


class Schema(marshmallow.Schema):
    """Base of every schema. Unknown input is refused, unless ``Meta.unknown`` says otherwise.

    ``class Meta: model = Product`` lets addons that `extend` the model add their fields here, in JSON out, in input
    (where writable) and in OpenAPI, for as long as they are enabled. A schema with ``only`` keeps to that list.
    """

    error_messages = dict(SCHEMA_MESSAGES)  # noqa: RUF012 - marshmallow's own way to name errors

    def __init__(self, **options: Any) -> None:
        self.options = options
        # An attribute of the instance hides the class's: marshmallow copies it and knows nothing of generations.
        self._declared_fields = self.fields_now()
        super().__init__(**options)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # apispec copies what it is given; a schema holds parts that cannot be copied one by one.
        return type(self)(**self.options)

    @classmethod
    def model(cls) -> type[Any] | None:
        """The model that ``Meta.model`` names."""
        return getattr(cls.Meta, "model", None)

    def fields_now(self) -> dict[str, fields.Field[Any]]:
        """The class's fields, and those that enabled addons add to its model."""
        return {**type(self)._declared_fields, **extension_fields(self.model())}

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Give the field's errors their codes, and a nested template the fields of this moment."""
        label(field_obj)
        _freshen(field_obj)

    def handle_error(self, error: ValidationError, data: Any, **kwargs: Any) -> None:
        """Say of a field that is only read that it is; marshmallow calls it unknown."""
        self._name_read_only(error.messages)

    def _name_read_only(self, messages: Any) -> None:
        if not isinstance(messages, dict):
            return
        for key, found in messages.items():
            if isinstance(key, int):
                self._name_read_only(found)
            elif found == [SCHEMA_MESSAGES["unknown"]] and key in self._read_only_keys():
                messages[key] = [READ_ONLY]

    def _read_only_keys(self) -> set[str]:
        return {field.data_key or name for name, field in self.dump_fields.items() if field.dump_only}

    @classmethod
    def patch(cls, **options: Any) -> Self:
        """A template for PATCH: no field is required, no default is filled in."""
        return cls(partial=True, **options)


def _freshen(field: fields.Field[Any]) -> None:
    if isinstance(field, fields.Nested) and isinstance(field.nested, Schema):
        field.nested = current(field.nested)
    for inner in inner_fields(field):
        _freshen(inner)


def current(template: Schema | type[Schema]) -> Schema:
    """A schema like ``template`` with the fields of this generation."""
    return template() if isinstance(template, type) else type(template)(**template.options)


def template_of(schema: object) -> Schema | type[Schema]:
    """``schema`` itself, if it is one of ours. Raises TypeError with the mend otherwise."""
    if isinstance(schema, Schema) or (isinstance(schema, type) and issubclass(schema, Schema)):
        return schema
    raise TypeError(f"{schema!r} is not a schema; subclass addon_sdk.Schema (kernel.rest.Schema).")
