"""The client's address: the connection's own, or what the configured proxies in front say. Never what a client says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any

from flask import has_request_context, request

from kernel.runtime import platform


def client_address(environ: Mapping[str, Any] | None = None) -> str:
    """Address of the client of the current request, or of another WSGI ``environ``; empty when unknown.

    Each of the ``trusted_proxies`` in front appends the address that it was called from to X-Forwarded-For, so the
    client's own stands that many places from the right; whatever is further left may be made up.
    """
    if environ is None:
        if not has_request_context():
            return ""
        environ = request.environ
    direct = str(environ.get("REMOTE_ADDR") or "")
    hops = platform.settings.trusted_proxies
    if hops <= 0:
        return direct
    forwarded = [part.strip() for part in str(environ.get("HTTP_X_FORWARDED_FOR") or "").split(",")]
    if len(forwarded) < hops:
        return direct
    return _plain(forwarded[-hops]) or direct


def _plain(text: str) -> str:
    """The address in its normal form, or nothing when it isn't one."""
    try:
        return str(ip_address(text.strip("[]")))
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """What limits count by: the address, or for IPv6 its /64, of which every customer has a whole one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address or "unknown"
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
