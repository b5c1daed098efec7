"""`@on`: react to an event by its name; the publisher needn't be installed, nor imported."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from kernel.addons.contributions import contributions_of
from kernel.addons.discovery import owner_of
from kernel.jobs.naming import contribute_function, function_key
from kernel.jobs.queues import check_queue

WhenDisabled = Literal["keep", "drop"]


@dataclass(frozen=True, slots=True)
class DeliveredEvent:
    """An event as its subscribers get it: the payload is plain JSON, by the published schema."""

    id: UUID
    name: str
    version: int
    payload: dict[str, Any]
    occurred_at: datetime
    publisher: str
    """The addon whose event it is."""


Handler = Callable[[DeliveredEvent], object]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A handler with what it listens to; the value of its contribution, whose key is ``<addon>.<function>``."""

    key: str
    owner: str
    event: str
    version: int
    when_disabled: WhenDisabled
    retries: int
    timeout: int
    queue: str
    handler: Handler


def on(
    event: str,
    *,
    version: int = 1,
    when_disabled: WhenDisabled = "keep",
    retries: int = 8,
    timeout: int = 60,
    queue: str = "default",
    name: str | None = None,
) -> Callable[[H], H]:
    """Call the function for each ``event`` of that version, after its publisher has committed.

    The handler runs in a transaction that also holds the processed mark: what it does to the database happens once,
    even if it is called again after a crash. It should leave slow work and calls to outside services to a `@job`.
    While its addon is disabled events wait for it (``keep``) or pass it by (``drop``). A handler that raises, or takes
    more than ``timeout`` seconds, is tried again ``retries`` times, later each time, and ends as a dead letter.
    """
    if when_disabled not in ("keep", "drop"):
        raise ValueError(f"on({event!r}): when_disabled must be 'keep' or 'drop', not {when_disabled!r}.")
    check_queue(queue, f"on({event!r})")

    def subscribe(function: H) -> H:
        _check_signature(function, event)
        key = function_key(function, name)
        owner = owner_of(function.__module__)
        _check_single(function, key, event)
        subscriber = Subscriber(key, owner, event, version, when_disabled, retries, timeout, queue, function)
        contribute_function("subscriber", function, subscriber, name)
        return function

    return subscribe


def _check_single(function: Handler, key: str, event: str) -> None:
    """A subscriber has one event: a second one under the same name would take the place of the first."""
    for other in contributions_of(owner_of(function.__module__)):
        if (other.kind, other.key) == ("subscriber", key) and other.value.handler is function:
            raise ValueError(
                f"on({event!r}): {key} listens to {other.value.event!r} already; give each of them a name='...'."
            )


def _check_signature(function: Handler, event: str) -> None:
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        raise TypeError(f"on({event!r}): {function.__qualname__} must take one argument, the DeliveredEvent.") from None
