"""No test reaches beyond this machine: connecting elsewhere is an error that names the address."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any


class NetworkForbidden(RuntimeError):
    """A test tried to reach another machine; give it an emulator."""


def _is_here(host: object) -> bool:
    if host in ("localhost", "", None):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def guard(connect: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `socket.socket.connect` so that it refuses every address that is not on this machine."""

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            raise NetworkForbidden(f"A test tried to connect to {address[0]}:{address[1]}. Use an emulator instead.")
        return connect(self, address)

    return guarded
