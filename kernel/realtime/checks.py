"""What is wrong with a namespace, found at boot; the loader quarantines its addon."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from marshmallow import Schema

from kernel.identity.access import access_of
from kernel.realtime.emitted import faults_of

RESERVED_EVENTS = frozenset(
    {
        "connect",
        "connect_error",
        "disconnect",
        "disconnecting",
        "error",
        "problem",
        "auth",
        "resume",
        "leave",
        "token_expired",
        "session_revoked",
        "addon_disabled",
    }
)
"""Names that the protocol, the client libraries or the kernel itself use."""

_NAME = re.compile(r"/[a-z][a-z0-9_]*(/[a-z0-9_]+)*")


def check_namespace(kind: Any) -> list[str]:
    """One sentence for each rule that the `Namespace` subclass breaks, naming the class, the rule and the mend."""
    where = f"{kind.__module__}.{kind.__qualname__}"
    problems = []
    if not _NAME.fullmatch(kind.namespace):
        problems.append(f'{where}: namespace {kind.namespace!r} must look like "/chat": a slash and lower-case words.')
    handlers = kind.events()
    for event, count in Counter(handler.event for handler in handlers).items():
        if count > 1:
            problems.append(f"{where}: event {event!r} has {count} methods; keep one.")
        if not event or event in RESERVED_EVENTS:
            problems.append(f"{where}: event {event!r} is a name that the platform keeps for itself; choose another.")
    for handler in handlers:
        if access_of(getattr(kind, handler.method)) is None:
            problems.append(
                f"{where}.{handler.method}: says not who may send it; add @public, @authenticated or @requires."
            )
        if handler.schema is not None and not (isinstance(handler.schema, type) and issubclass(handler.schema, Schema)):
            problems.append(f"{where}.{handler.method}: schema must be a Schema class, not {handler.schema!r}.")
    return problems + faults_of(kind.emits, where, RESERVED_EVENTS)
