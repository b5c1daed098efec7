"""The function for each type of object, found out when the first one comes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

Dump = Callable[[Any], Any]
Watcher = Callable[[type], None]
MOST_TYPES = 256


class ByType(dict[type, Dump], ABC):
    """The function that dumps objects of a type, found out when the first one comes."""

    watcher: Watcher | None = None

    def __missing__(self, kind: type) -> Dump:
        if len(self) >= MOST_TYPES:  # classes made on the fly must not pile up here
            self.clear()
        function = self.setdefault(kind, self.find(kind))
        if self.watcher:
            self.watcher(kind)
        return function

    def watch(self, watcher: Watcher) -> None:
        """Tell ``watcher`` each type that is found here, those known already included."""
        self.watcher = watcher
        for kind in list(self):
            watcher(kind)

    @abstractmethod
    def find(self, kind: type) -> Dump:
        """The function for objects of this type."""
