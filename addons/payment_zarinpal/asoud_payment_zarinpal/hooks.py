"""What this addon does in the hooks of others."""

from __future__ import annotations

from asoud_payment.hookspecs import Gateway

from addon_sdk import hook
from asoud_payment_zarinpal.gateway import Zarinpal


@hook("payment.gateways")
def zarinpal() -> Gateway:
    """Zarinpal is one of the gateways."""
    return Zarinpal()
