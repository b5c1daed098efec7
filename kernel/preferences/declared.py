"""The settings that one addon declares: names, defaults, rules, and what of them may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cached_property
from typing import Any, NamedTuple

import orjson
import structlog
from marshmallow import RAISE, Schema, ValidationError, fields, missing

from kernel.crypto import UndecryptableError, decrypt, encrypt
from kernel.rest.encoding import encode

log = structlog.get_logger(__name__)

_PURPOSE = "settings"


class UnknownSetting(LookupError):
    """No installed addon declares a setting of this name."""


class Usable(NamedTuple):
    """A stored value as it was given, and as the schema's type."""

    raw: Any
    typed: Any


class DeclaredSettings:
    """One addon's settings schema, ready to be asked."""

    def __init__(self, addon: str, schema: type[Schema]) -> None:
        self.addon = addon
        self.schema = schema()
        self.fields: dict[str, fields.Field[Any]] = {
            field.data_key or name: field for name, field in self.schema.fields.items()
        }

    def field(self, name: str) -> fields.Field[Any]:
        """The field of that setting. Raises `UnknownSetting`."""
        if name not in self.fields:
            raise UnknownSetting(f"{self.addon}.{name}: there is no such setting. There are: {', '.join(self.fields)}.")
        return self.fields[name]

    def default(self, name: str) -> Any:
        """The declared default; None when there is none."""
        default = self.field(name).load_default
        if default is missing:
            return None
        return default() if callable(default) else deepcopy(default)

    def is_secret(self, name: str) -> bool:
        """Whether it is kept encrypted and never shown."""
        return bool(self.field(name).metadata.get("secret"))

    def scopes(self, name: str) -> tuple[str, ...]:
        """Names of the scopes whose objects may have a value of their own."""
        return tuple(self.field(name).metadata.get("scopes", ()))

    def check(self, values: Mapping[str, Any]) -> None:
        """Raise marshmallow's ValidationError unless ``values``, a part of the settings, obey the schema."""
        self.schema.load(dict(values), partial=True, unknown=RAISE)

    def pack(self, name: str, value: Any) -> dict[str, Any]:
        """A checked value as it is stored."""
        return (
            {"secret": encrypt(encode(value).decode(), purpose=_PURPOSE)} if self.is_secret(name) else {"value": value}
        )

    def usable(self, stored: Mapping[str, Mapping[str, Any]]) -> dict[str, Usable]:
        """Stored values, unpacked. One that the schema, or the site's key, no longer fits counts as not set."""
        values = {}
        for name, packed in stored.items():
            if name not in self.fields:
                continue
            try:
                raw = _unpack(packed)
                values[name] = Usable(raw, self.fields[name].deserialize(raw, name, {}))
            except (ValidationError, UndecryptableError) as error:
                log.error("setting_unusable", setting=f"{self.addon}.{name}", error=str(error))
        return values

    def shown(self, name: str, value: Any) -> Any:
        """A typed value as JSON; None for a secret."""
        if self.is_secret(name):
            return None
        field = self.field(name)
        return field.serialize(name, {field.attribute or name: value})

    @cached_property
    def shapes(self) -> dict[str, dict[str, Any]]:
        """The JSON schema of each setting, for consoles that draw forms."""
        from apispec import APISpec
        from apispec.ext.marshmallow import MarshmallowPlugin

        plugin = MarshmallowPlugin()
        APISpec("settings", "1", "3.1.0", plugins=[plugin])
        assert plugin.converter is not None
        return {name: plugin.converter.field2property(field) for name, field in self.fields.items()}


def is_readable(packed: Mapping[str, Any]) -> bool:
    """Whether a stored value can be read with the site's key."""
    try:
        _unpack(packed)
    except UndecryptableError:
        return False
    return True


def _unpack(packed: Mapping[str, Any]) -> Any:
    """What `DeclaredSettings.pack` was given. Raises `UndecryptableError`."""
    return orjson.loads(decrypt(packed["secret"], purpose=_PURPOSE)) if "secret" in packed else packed["value"]
