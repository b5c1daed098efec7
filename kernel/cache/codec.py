"""Values as bytes: bytes as they are, everything else as JSON. No pickle, so that Redis can never run code here."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

_RAW, _JSON = b"b", b"j"


class Packed(NamedTuple):
    """A value in the form that both levels keep."""

    raw: bool
    """Whether ``data`` is the value itself, not JSON."""
    data: bytes

    def value(self) -> Any:
        """The value; a new object each time, so that nobody can change what others get."""
        return self.data if self.raw else orjson.loads(self.data)

    def to_wire(self) -> bytes:
        """The bytes that Redis keeps."""
        return (_RAW if self.raw else _JSON) + self.data

    @classmethod
    def of(cls, value: object) -> Packed:
        """Pack ``value``. Raises TypeError when it is neither bytes nor something that JSON can say."""
        if isinstance(value, bytes):
            return cls(True, value)
        return cls(False, orjson.dumps(value))

    @classmethod
    def from_wire(cls, wire: bytes) -> Packed:
        """Read what `to_wire` wrote."""
        return cls(wire[:1] == _RAW, wire[1:])
