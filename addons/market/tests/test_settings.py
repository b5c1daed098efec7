"""What an operator may set, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from addon_sdk import ValidationFailed

GOOD = [
    ("site_url", "https://shop.example"),
    ("site_url", "http://localhost:8000/"),
    ("site_url", "http://shop/market"),
    ("subdomain_host", ""),
    ("subdomain_host", "shop.example"),
    ("subdomain_host", "xn--mgba3a4f16a.ir"),
    ("subdomain_host", "localhost"),
]
WRONG = [
    *(
        ("site_url", text, "Write an address that begins with https:// or http://, like https://shop.example.")
        for text in (
            "",
            "shop.example",
            "ftp://shop.example",
            "javascript:alert(1)",
            "https://",
            "https://a b",
            "https://shop.example/?a=b",
        )
    ),
    *(
        ("subdomain_host", text, "Write a host's name alone, like shop.example, without https:// and without a path.")
        for text in (
            "https://shop.example",
            "shop.example/",
            "shop.example:80",
            ".shop.example",
            "-a.ir",
            "a b",
            "10.0.0.1",
            "فروشگاه.ایران",
            "shop.example\n",
            f"{'a.' * 120}ir",
        )
    ),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_addresses_and_hosts_are_taken(settings: Any, name: str, value: str) -> None:
    settings[f"market.{name}"] = value
    assert settings[f"market.{name}"] == value


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
def test_what_is_no_address_or_host_is_refused(settings: Any, name: str, value: str, message: str) -> None:
    before = settings[f"market.{name}"]
    with pytest.raises(ValidationFailed) as refused:
        settings[f"market.{name}"] = value
    (error,) = refused.value.errors
    assert (error.pointer.endswith(name), error.message) == (True, message)
    assert settings[f"market.{name}"] == before
