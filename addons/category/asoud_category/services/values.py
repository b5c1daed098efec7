"""Values of attributes, as people and files write them, made what their type says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from addon_sdk import FieldError, ValidationFailed, fields
from asoud_category.models import AttributeType
from asoud_category.problems import field_error
from asoud_category.services.attributes import Attribute, attributes_of

MAX_TEXT = 500
"""Characters of a text."""
MAX_NUMBER = 9 * 10**12
"""The largest number, and the smallest with a minus: what is indexed in millionths fits into 64 bits."""
MAX_WHOLE, MAX_FRACTION = 18, 6
"""Digits of a decimal before and after its point."""
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,18}(\.\d{1,40})?", re.ASCII)
_EXACT_FLOAT = 15
"""Significant digits that a JSON number with a fraction keeps."""
_WORDS = {"true": True, "false": False, "بله": True, "خیر": False}
_NOTHING: tuple[Any, ...] = (None, "", [])


class _Wrong(Exception):
    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(message)
        self.code, self.message, self.values = code, message, values


def check_attributes(
    category_id: UUID, values: Mapping[str, Any], *, prefix: str = "/attributes", complete: bool = True
) -> dict[str, str | int | Decimal | bool | list[str]]:
    """The values of attributes of something in this category, each of its type, in the order of the attributes.

    Numbers may be written in Persian digits, decimals are exact, choices are in the attribute's order, and what is
    None, empty or an empty list is left out. Unless ``complete``, required values may be missing. Raises `NotFound` for
    an unknown category, and one ValidationFailed with everything that is wrong: unknown keys, wrong types, missing
    values, unknown choices; pointers begin with ``prefix``.
    """
    return check_values(attributes_of(category_id), values, prefix=prefix, complete=complete)


def check_values(
    attributes: Sequence[Attribute], values: Mapping[str, Any], *, prefix: str = "/attributes", complete: bool = True
) -> dict[str, str | int | Decimal | bool | list[str]]:
    """The same for attributes that one has, such as those of a category in which many things are checked."""
    errors = [*_unknown(values, {attribute.key for attribute in attributes}, prefix)]
    found: dict[str, Any] = {}
    for attribute in attributes:
        try:
            value = _value(attribute, values.get(attribute.key), complete)
        except _Wrong as wrong:
            errors.append(field_error(f"{prefix}/{attribute.key}", wrong.code, wrong.message, **wrong.values))
            continue
        if value is not None:
            found[attribute.key] = value
    if errors:
        raise ValidationFailed(errors=errors)
    return found


def fit_values(
    attributes: Sequence[Attribute], values: Mapping[str, Any]
) -> dict[str, str | int | Decimal | bool | list[str]]:
    """What still counts of values that were right once: those that these attributes take as they are now."""
    found: dict[str, Any] = {}
    for attribute in attributes:
        try:
            value = _value(attribute, _left(attribute, values.get(attribute.key)), complete=False)
        except _Wrong:
            continue
        if value is not None:
            found[attribute.key] = value
    return found


def _left(attribute: Attribute, value: Any) -> Any:
    """Of several choices those that there still are."""
    if attribute.type is not AttributeType.CHOICES or not isinstance(value, list):
        return value
    return [each for each in value if any(each == choice["value"] for choice in attribute.choices)]


def _unknown(values: Mapping[str, Any], known: set[str], prefix: str) -> Iterator[FieldError]:
    for key in values:
        if key not in known:
            pointer = f"{prefix}/{str(key).replace('~', '~0').replace('/', '~1')}"
            yield field_error(pointer, "unknown_field", "This category has no attribute with this key.")


def _value(attribute: Attribute, given: Any, complete: bool) -> Any:
    value = None if given in _NOTHING else _READERS[attribute.type](given, attribute)
    if isinstance(value, int | Decimal) and abs(value) > MAX_NUMBER:
        raise _Wrong("range", "Write a number from -{most} to {most}.", most=MAX_NUMBER)
    if value is None and attribute.required and complete:
        raise _Wrong("required", "Everything in this category needs a value for {title}.", title=attribute.title)
    return value


def _text(given: Any, attribute: Attribute) -> str | None:
    if not isinstance(given, str):
        raise _Wrong("type", "Write text.")
    if len(given) > 4 * MAX_TEXT or len(text := fields.clean_text(given, multiline=False)) > MAX_TEXT:
        raise _Wrong("length", "Write {most} characters at most.", most=MAX_TEXT)
    if fields.has_markup(given):
        raise _Wrong("markup", fields.MARKUP)
    return text or None


def _integer(given: Any, attribute: Attribute) -> int | None:
    if isinstance(given, float) and given.is_integer() and abs(given) < 10**_EXACT_FLOAT:
        return int(given)
    text = _written(given, (int,))
    if text == "":
        return None
    if not _INTEGER.fullmatch(text):
        raise _Wrong("type", "Write a whole number of {most} digits at most.", most=MAX_WHOLE)
    return int(text)


def _decimal(given: Any, attribute: Attribute) -> Decimal | None:
    text = _written(given, (int, float, Decimal))
    if text == "":
        return None
    if not _DECIMAL.fullmatch(text):
        raise _Wrong("type", "Write a decimal number, with {most} digits before the point at most.", most=MAX_WHOLE)
    number = _canonical(text)
    if isinstance(given, float) and len(number.as_tuple().digits) > _EXACT_FLOAT:
        raise _Wrong("inexact", "Send a number of so many digits as text, so that it stays exact.")
    if -int(number.as_tuple().exponent) > MAX_FRACTION:
        raise _Wrong("places", "Write {most} digits after the point at most.", most=MAX_FRACTION)
    return number


def _canonical(text: str) -> Decimal:
    """Without zeros at the end of the fraction, without an exponent, and with one zero."""
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    number = Decimal(f"{whole}.{fraction}" if fraction else whole)
    return number or Decimal(0)


def _written(given: Any, kinds: tuple[type, ...]) -> str:
    """A number as text in ASCII; what cannot be one is text that no number looks like."""
    if isinstance(given, str):
        return str(fields.fold_number(given)).strip()
    if isinstance(given, bool) or not isinstance(given, kinds):
        return "-"
    return f"{Decimal(repr(given)):f}" if isinstance(given, float) and given == given else str(given)


def _boolean(given: Any, attribute: Attribute) -> bool:
    found = given if isinstance(given, bool) else _WORDS.get(given.strip().lower()) if isinstance(given, str) else None
    if found is None:
        raise _Wrong("type", "Send true or false.")
    return found


def _choice(given: Any, attribute: Attribute) -> str:
    for choice in attribute.choices:
        if given == choice["value"]:
            return str(given)
    raise _Wrong("one_of", "Choose one of: {choices}.", choices=_listed(attribute))


def _choices(given: Any, attribute: Attribute) -> list[str]:
    known = [choice["value"] for choice in attribute.choices]
    if not isinstance(given, list | tuple) or any(value not in known for value in given):
        raise _Wrong("one_of", "Send a list of choices, from: {choices}.", choices=_listed(attribute))
    return [value for value in known if value in given]


def _listed(attribute: Attribute) -> str:
    return ", ".join(choice["value"] for choice in attribute.choices)


_READERS: dict[AttributeType, Callable[[Any, Attribute], Any]] = {
    AttributeType.TEXT: _text,
    AttributeType.INTEGER: _integer,
    AttributeType.DECIMAL: _decimal,
    AttributeType.BOOLEAN: _boolean,
    AttributeType.CHOICE: _choice,
    AttributeType.CHOICES: _choices,
}
