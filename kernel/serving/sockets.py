"""The listening socket that a master owns, so that no connection is refused while its children are replaced."""

from __future__ import annotations

import errno
import socket

from kernel.errors import OperatorError

BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """A socket listening on ``host``:``port`` (0: any free port).

    Raises `OperatorError` saying why it cannot be had and what to do.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, OverflowError, UnicodeError) as error:
        reason = f"is no address to listen on ({error}). Choose another --host or --port."
        raise OperatorError(f"{host}:{port} {reason}") from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise OperatorError(f"{host}:{port}: {_reason(error, port)}") from None
    listener.listen(BACKLOG)
    return listener


def _reason(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"the port is in use by another program. Stop that, or choose another: --port {port + 1}"
    if error.errno == errno.EACCES:
        return "you may not listen on a port below 1024. Choose a higher one: --port 8000"
    return f"cannot listen there ({error.strerror}). Choose another --host or --port."
