"""A Zarinpal of one's own: `asoud emulate payment_zarinpal`."""

from __future__ import annotations

from flask import Flask

from addon_sdk import emulator
from asoud_payment_zarinpal.emulator.app import make_app
from asoud_payment_zarinpal.preferences import EMULATOR_PORT


@emulator("Zarinpal", port=EMULATOR_PORT)
def zarinpal() -> Flask:
    """The gateway, its pay page and the knobs that tests turn."""
    return make_app()
