"""The emulator, a client of it, and what the tests do as its payer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from asoud_payment_zarinpal.client import Client
from asoud_payment_zarinpal.emulator.app import make_app
from werkzeug.serving import make_server

MERCHANT = "11111111-1111-4111-8111-111111111111"
CALLBACK = "http://127.0.0.1:1/back?order=7"


class Knob:
    """The emulator from its own side."""

    def __init__(self, url: str) -> None:
        self.url = url

    def turn(self, **values: Any) -> None:
        self._post("/emulator/knobs", values)

    def fault(self, call: str, kind: str, times: int = 1, **values: Any) -> None:
        self.turn(faults=[{"call": call, "kind": kind, "times": times, **values}])

    def terminal(self, merchant_id: str = MERCHANT, **values: Any) -> None:
        assert requests.put(f"{self.url}/emulator/terminals/{merchant_id}", json=values, timeout=5).ok

    def pass_time(self, seconds: float) -> None:
        self._post("/emulator/clock", {"advance": seconds})

    def pay(self, authority: str, **values: Any) -> None:
        self._post(f"/emulator/payments/{authority}/pay", values)

    def cancel(self, authority: str) -> None:
        self._post(f"/emulator/payments/{authority}/cancel", {})

    def payments(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = requests.get(f"{self.url}/emulator/payments", timeout=5).json()["items"]
        return items

    def _post(self, path: str, body: Any) -> None:
        answer = requests.post(f"{self.url}{path}", json=body, timeout=5)
        assert answer.ok, answer.text


@pytest.fixture
def bank() -> Iterator[Knob]:
    server = make_server("127.0.0.1", 0, make_app(), threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield Knob(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


@pytest.fixture
def zarinpal(bank: Knob) -> Client:
    bank.terminal(access_token="token")
    return Client(bank.url, MERCHANT, f"{bank.url}/api/v4/graphql/", "1", "token", timeout=2)


@pytest.fixture
def opened(zarinpal: Client) -> str:
    """An authority of 50,000 Rial."""
    return str(zarinpal.request(50_000, CALLBACK, "Order 7").data["authority"])
