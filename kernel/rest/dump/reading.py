"""How the generated code reads the value of a field from an object of one shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any

from kernel.rest.dump.shapes import Shape, places_in_row

Accessor = Callable[[Any, str, Any], Any]
_FAILS = {Shape.ATTRIBUTE: "AttributeError", Shape.ITEM: "(KeyError, IndexError, TypeError, AttributeError)"}


@dataclass(frozen=True)
class Reading:
    """How the values of an object are read."""

    shape: Shape
    accessor: Accessor
    """Reads what only marshmallow's own way can read."""
    columns: tuple[str, ...] = ()
    """Of a row."""

    @property
    def is_of_a_kind(self) -> bool:
        """Whether one piece of code reads every object of this shape, whatever its class and columns."""
        return self.shape in _FAILS

    def unpacking(self, obj: str) -> Iterator[str]:
        """The statement that takes all values of a row at once."""
        if self.columns:
            yield f"{', '.join(f'r{place}' for place in range(len(self.columns)))}, = {obj}[:]"

    def lines(self, key: str, variable: str, obj: str) -> Iterator[str]:
        """Statements that read ``key`` from ``obj``, `missing` when it has none."""
        place = places_in_row(self.columns).get(key)
        plain_name = key.isascii() and key.isidentifier() and not iskeyword(key)
        if self.shape is Shape.ACCESSOR or "." in key:
            yield f"{variable} = accessor({obj}, {key!r}, missing)"
        elif place is not None:
            yield f"{variable} = r{place}"
        elif self.shape is Shape.ROW or (self.shape is Shape.ATTRIBUTE and not plain_name):
            yield f"{variable} = getattr({obj}, {key!r}, missing)"
        else:
            read = f"{obj}.{key}" if self.shape is Shape.ATTRIBUTE else f"{obj}[{key!r}]"
            otherwise = "missing" if self.shape is Shape.ATTRIBUTE else f"getattr({obj}, {key!r}, missing)"
            yield f"try: {variable} = {read}"
            yield f"except {_FAILS[self.shape]}: {variable} = {otherwise}"
