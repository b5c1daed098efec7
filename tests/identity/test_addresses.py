"""The client's address behind proxies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kernel.identity.addresses import client_address, network_of


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.7", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        (2, "1.1.1.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "[2001:DB8::1]", "2001:db8::1"),
    ],
)
def test_only_configured_proxies_are_believed(
    make_app: Callable[..., Flask], proxies: int, forwarded: str | None, expected: str
) -> None:
    app = make_app(trusted_proxies=proxies)
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.1"}) as context:
        assert client_address() == expected
        environ = context.request.environ
    with app.app_context():
        assert client_address() == ""
        assert client_address(environ) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
        ("unix:", "unix:"),
    ],
)
def test_limits_count_networks(address: str, expected: str) -> None:
    assert network_of(address) == expected
