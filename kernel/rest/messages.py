"""Field errors that carry a stable code beside their text, through marshmallow's own machinery.

marshmallow hands messages on as text only. A `Message` is text too, so it survives every merge, and still knows the
rule that was broken and the template that its translation is looked up by.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from marshmallow import ValidationError, fields, validate

from kernel.addons.discovery import owner_of
from kernel.i18n import translate, translate_for


class Message(str):
    """An English error text with the ``code`` of its rule and the values in its template's placeholders.

    ``author`` is the addon that wrote it, if known: a field of one addon may stand in another's schema.
    """

    __slots__ = ("author", "code", "template", "values")
    author: str | None
    code: str
    template: str
    values: dict[str, Any]

    def __new__(cls, code: str, template: str, **values: Any) -> Message:
        """The text of ``template`` with ``values`` filled in."""
        message = super().__new__(cls, template.format(**values) if values else template)
        message.code, message.template, message.values, message.author = code, template, values, None
        return message

    def by(self, author: str | None) -> Message:
        """The same message, written by ``author``."""
        self.author = author
        return self

    def format(self, *args: object, **values: object) -> Message:
        """Fill the template's placeholders, as marshmallow does, and stay a `Message`."""
        return Message(self.code, self.template, **values).by(self.author)

    def localized(self) -> str:
        """The text in the client's language, by the running addon's catalogue, else by its author's."""
        text = translate(self.template, **self.values)
        if self.author and text == str(self):
            return translate_for(self.author, self.template, **self.values)
        return text


class Invalid(ValidationError):
    """A field's value breaks the rule ``code``: ``raise Invalid("too_young", "Must be {age} or older.", age=18)``.

    ``field`` names the field when a whole schema is validated.
    """

    def __init__(self, code: str, template: str, *, field: str = "_schema", **values: Any) -> None:
        super().__init__(Message(code, template, **values), field)


VALIDATOR_CODES: dict[type, str] = {
    validate.Length: "length",
    validate.Range: "range",
    validate.OneOf: "one_of",
    validate.ContainsOnly: "one_of",
    validate.NoneOf: "not_allowed",
    validate.ContainsNoneOf: "not_allowed",
    validate.Regexp: "pattern",
    validate.Email: "email",
    validate.URL: "url",
    validate.Equal: "equal",
}
"""The code of what a validator of marshmallow refuses."""


def label(field: fields.Field[Any]) -> None:
    """Make every error of a bound field, its validators' and its inner fields' too, a `Message`."""
    for key, text in field.error_messages.items():
        if isinstance(text, str) and not isinstance(text, Message):
            field.error_messages[key] = Message(code_of(type(field), key), text).by(_author(field, key))
    for validator in field.validators:
        _name_choices(validator)
    if field.validators:
        vars(field)["_validate"] = partial(_validate, tuple(field.validators))
    for inner in inner_fields(field):
        label(inner)


def code_of(kind: type[fields.Field[Any]], key: str) -> str:
    """The code of the error that fields of ``kind`` call ``key``."""
    return "one_of" if key == "unknown" and issubclass(kind, fields.Enum) else key


def _name_choices(validator: object) -> None:
    """Let a choice of enumeration members name them as clients write them, not as Python does."""
    if isinstance(validator, validate.OneOf):
        named = (choice.value if isinstance(choice, enum.Enum) else choice for choice in validator.choices)
        validator.choices_text = ", ".join(str(choice) for choice in named)


def _author(field: fields.Field[Any], key: str) -> str:
    """The addon in which the class stands that declares this message, or whatever package it comes from."""
    for kind in type(field).__mro__:
        if key in vars(kind).get("default_error_messages", ()):
            return owner_of(kind.__module__)
    return owner_of(type(field).__module__)


def inner_fields(field: fields.Field[Any]) -> Sequence[fields.Field[Any]]:
    """The fields that a list, tuple or dictionary field holds."""
    if isinstance(field, fields.Tuple):
        return tuple(field.tuple_fields)
    parts = (getattr(field, name, None) for name in ("inner", "key_field", "value_field"))
    return tuple(part for part in parts if isinstance(part, fields.Field))


def _validate(validators: Sequence[Callable[[Any], Any]], value: object) -> None:
    """Run the validators as marshmallow would, all of them, and give each plain message its rule's code."""
    found: list[Any] = []
    for validator in validators:
        try:
            validator(value)
        except ValidationError as error:
            if isinstance(error.messages, dict):
                found.append(error.messages)
            else:
                found += [_coded(text, VALIDATOR_CODES.get(type(validator), "invalid")) for text in error.messages]
    if found:
        raise ValidationError(found)


def _coded(text: Any, code: str) -> Any:
    return text if isinstance(text, Message) or not isinstance(text, str) else Rendered(code, text)


class Rendered(Message):
    """A text whose values somebody else has filled in already, such as a marshmallow validator."""

    __slots__ = ()

    def localized(self) -> str:
        """The text in the client's language, found by pattern."""
        from kernel.i18n import translate_rendered

        return translate_rendered(str(self))


SCHEMA_MESSAGES = {
    "unknown": Message("unknown_field", "Unknown field."),
    "type": Message("type", "Send one JSON object."),
}
"""What schemas themselves complain about."""
READ_ONLY = Message("read_only", "This field is read only.")
"""What they say about a field that stands in answers and was sent back."""
