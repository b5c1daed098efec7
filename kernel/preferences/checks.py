"""What is checked at boot about an addon's settings."""

from __future__ import annotations

from marshmallow import Schema, missing


def settings_faults(schema: object) -> list[str]:
    """Rules that the schema of ``Addon(settings=...)`` breaks; each sentence has the mend."""
    if schema is None:
        return []
    if not (isinstance(schema, type) and issubclass(schema, Schema)):
        return [f"Addon(settings={schema!r}) must be a class; name a subclass of addon_sdk.Schema."]
    try:
        made = schema()
    except Exception as error:  # an addon's code may raise anything; it only quarantines itself
        return [f"the settings schema {schema.__name__} cannot be made: {type(error).__name__}: {error}. Mend it."]
    faults = []
    for name, field in made.fields.items():
        if field.required and field.load_default is missing:
            faults.append(f"the setting {name!r} is required and has no default. Give it load_default=... instead.")
        scopes = field.metadata.get("scopes", ())
        if not isinstance(scopes, list | tuple) or not all(isinstance(scope, str) for scope in scopes):
            faults.append(f"the setting {name!r} has scopes={scopes!r}; write a list of names, such as ['market'].")
    return faults
