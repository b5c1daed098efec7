"""Events drop tags: where they are published, at once, and where the relay takes them up, for certain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from kernel.addons.registry import Registry
    from kernel.cache.declarations import DropOn

log = structlog.get_logger(__name__)


class EventDrops:
    """The declarations of `drop_on`, by event."""

    def __init__(self, registry: Registry) -> None:
        self._by_event: defaultdict[str, list[DropOn]] = defaultdict(list)
        for contribution in registry.contributions("cache_drop"):
            self._by_event[contribution.value.event].append(contribution.value)

    def has(self, event: str) -> bool:
        """Whether ``event`` drops anything."""
        return event in self._by_event

    def tags(self, event: str, payload: Mapping[str, Any]) -> list[str]:
        """Full names of the tags to drop. A declaration that doesn't fit the payload is logged and left out."""
        names: set[str] = set()
        for declaration in self._by_event.get(event, ()):
            try:
                names.update(declaration.names(payload))
            except (KeyError, ValueError, AttributeError, IndexError, TypeError) as error:
                log.error("cache_drop_does_not_fit", cache_event=event, tags=declaration.tags, error=repr(error))
        return sorted(names)
