"""How an addon declares its Socket.IO events: one `Namespace` class, methods marked with `on_event`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from marshmallow import Schema

from kernel.addons.contributions import Contribution, contribute
from kernel.realtime.connections import Connection, Rate
from kernel.realtime.emitted import Emits

_ATTRIBUTE = "__asoud_event__"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class EventHandler:
    """One event that clients may send: its method's name and the schema of its payload."""

    event: str
    method: str
    schema: type[Schema] | None


@dataclass(frozen=True, slots=True)
class _Mark:
    event: str
    schema: type[Schema] | None


def on_event(event: str, *, schema: type[Schema] | None = None) -> Callable[[F], F]:
    """Let a method of a `Namespace` answer ``event``; it takes the payload and returns the answer's ``data``.

    The payload is one JSON object, loaded by ``schema``; without one it must be empty. Beside this the method bears
    `public`, `authenticated` or `requires`. What it raises becomes an error acknowledgement.
    """

    def mark(function: F) -> F:
        setattr(function, _ATTRIBUTE, _Mark(event, schema))
        return function

    return mark


class Namespace:
    """The Socket.IO namespace of an addon. Subclass it once: ``class Chat(Namespace): namespace = "/chat"``.

    One object serves all clients; `current_connection` is the client whose event is being handled.
    """

    namespace: ClassVar[str] = ""
    """Its public name, starting with a slash."""
    anonymous: ClassVar[bool] = False
    """Whether clients without a token may connect; each event still has its own access rule."""
    rate: ClassVar[Rate] = Rate(per_second=20, burst=60)
    """How many events one socket may send."""
    emits: ClassVar[Emits | None] = None
    """The events that it sends beside its streams' entries, each with the schema of what comes with it: for the
    reference, and tests fail when anything else is sent. None declares nothing, and nothing is checked."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.namespace:
            contribute("namespace", cls.namespace, cls, module=cls.__module__)

    def on_connect(self, connection: Connection) -> None:
        """Called before a client's connection is accepted; a `Problem` raised here refuses it."""

    def on_disconnect(self, connection: Connection) -> None:
        """Called once after a client has gone, whatever the reason."""

    @classmethod
    def events(cls) -> list[EventHandler]:
        """The events that it answers, in the order of its code."""
        found = []
        for name in dir(cls):
            mark = getattr(getattr(cls, name), _ATTRIBUTE, None)
            if isinstance(mark, _Mark):
                found.append(EventHandler(mark.event, name, mark.schema))
        return found


@dataclass(frozen=True, slots=True)
class Served:
    """A namespace as a server serves it: who contributed it, its one object, its handlers by event."""

    contribution: Contribution
    instance: Namespace
    handlers: dict[str, EventHandler]
    schemas: dict[type[Schema], tuple[int, Schema]] = field(default_factory=dict)
    """One object of each schema, and the gate's generation whose fields it has."""

    def schema(self, kind: type[Schema], generation: int) -> Schema:
        """An object of the schema with the fields of this generation; making one costs more than using it."""
        known = self.schemas.get(kind)
        if known is None or known[0] != generation:
            known = self.schemas[kind] = (generation, kind())
        return known[1]

    @classmethod
    def of(cls, contribution: Contribution) -> Served:
        """The namespace that ``contribution`` offers, with its one object made."""
        kind: type[Namespace] = contribution.value
        return cls(contribution, kind(), {handler.event: handler for handler in kind.events()})
