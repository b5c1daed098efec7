"""What namespaces and streams say that they send. Held to in tests; the reference is written from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from marshmallow import Schema

from kernel.realtime.packets import encode

Emits = Mapping[str, type[Schema]]
"""Events that are sent to clients, each with the schema of what comes with it."""


class NotAsDeclared(TypeError):
    """An event was sent that its namespace or stream doesn't declare, or with something else than it declares."""


def check_emitted(declared: Emits | None, sender: str, event: str, data: object) -> None:
    """Hold an event to what its sender declares; one that declares nothing may send what it likes.

    Raises `NotAsDeclared`. Called under the profile ``testing`` only, since it costs more than sending.
    """
    if declared is None:
        return
    kind = declared.get(event)
    if kind is None:
        raise NotAsDeclared(f"{sender} sends {event!r}, which its emits= lacks; add it there with its schema.")
    sent = orjson.loads(encode(data))
    schema = kind()
    wrong = schema.validate(sent) if isinstance(sent, dict) else {"_schema": ["not an object"]}
    missing = schema.fields.keys() - sent.keys() if isinstance(sent, dict) else ()
    if wrong or missing:
        told = ", ".join(
            [*(f"{field}: {why}" for field, why in wrong.items()), *(f"{name}: missing" for name in missing)]
        )
        raise NotAsDeclared(f"{sender} sends {event!r} otherwise than {kind.__qualname__} says: {told}.")


def faults_of(declared: Mapping[str, Any] | None, where: str, reserved: frozenset[str]) -> list[str]:
    """One sentence for each rule that a declaration breaks, naming its place, the rule and the mend."""
    faults = []
    for event, kind in (declared or {}).items():
        if not event or event in reserved:
            faults.append(f"{where}: emits {event!r}, a name that the platform keeps for itself; choose another.")
        if not (isinstance(kind, type) and issubclass(kind, Schema)):
            faults.append(f"{where}: emits {event!r} with {kind!r}; name a Schema class.")
    return faults
