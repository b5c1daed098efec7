"""`@event`: a fact that an addon publishes, with a name, a version and a schema made from its annotations."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform

from kernel.addons.contributions import contribute
from kernel.addons.discovery import owner_of
from kernel.events.schema import Codec, object_codec

T = TypeVar("T")
_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_ATTRIBUTE = "__asoud_event__"


@dataclass(frozen=True, slots=True)
class EventType:
    """What is known of a declared event; the value of its contribution, whose key is ``name@version``."""

    name: str
    version: int
    owner: str
    description: str
    deprecated: bool
    cls: type[Any]
    codec: Codec

    @property
    def key(self) -> str:
        """``order.placed@1``."""
        return event_key(self.name, self.version)

    @property
    def schema(self) -> dict[str, Any]:
        """JSON schema of the payload, as it is published in the docs."""
        return {
            **self.codec.schema,
            "title": self.key,
            "description": self.description,
            **({"deprecated": True} if self.deprecated else {}),
        }


def event_key(name: str, version: int) -> str:
    """The public name of one version of an event."""
    return f"{name}@{version}"


@dataclass_transform(frozen_default=True)
def event(name: str, *, version: int = 1, deprecated: bool = False) -> Callable[[type[T]], type[T]]:
    """Declare an event: the annotated class becomes a frozen dataclass that `publish` takes.

    ``name`` is ``<addon>.<fact>``, in the past tense. A change that breaks receivers is a new ``version``; while both
    are sent, the new class has a method ``previous_version()`` that returns the older event, itself ``deprecated``.
    Raises TypeError or ValueError, naming the event and the rule, for what cannot be published.
    """

    def declare(cls: type[T]) -> type[T]:
        owner = owner_of(cls.__module__)
        _check_name(name, version, owner)
        description = inspect.cleandoc(cls.__dict__.get("__doc__") or "")  # before dataclass() writes one of its own
        declared = dataclasses.dataclass(frozen=True)(cls)
        codec = object_codec(declared, name)
        kind = EventType(name, version, owner, description, deprecated, declared, codec)
        setattr(declared, _ATTRIBUTE, kind)
        contribute("event", kind.key, kind, module=cls.__module__)
        return declared

    return declare


def event_type(thing: object) -> EventType:
    """The declaration behind an event or its class; TypeError for anything else."""
    cls = thing if isinstance(thing, type) else type(thing)
    kind = cls.__dict__.get(_ATTRIBUTE)
    if not isinstance(kind, EventType):
        raise TypeError(f"{thing!r} is not an event; declare its class with @event('<addon>.<fact>').")
    return kind


def _check_name(name: str, version: int, owner: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"event {name!r}: a name is <addon>.<fact> in small letters, like 'order.placed'.")
    if name.partition(".")[0] != owner:
        raise ValueError(f"event {name!r}: declared by {owner!r}, so it must be called '{owner}.…'.")
    if version < 1:
        raise ValueError(f"event {name!r}: versions are counted from 1, not {version!r}.")
