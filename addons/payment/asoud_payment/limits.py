"""How often callers may do what."""

from __future__ import annotations

from addon_sdk import throttle_rule

STARTS = throttle_rule("payment.starts", 30, 60, by="address")
CALLBACKS = throttle_rule("payment.callbacks", 120, 60, by="address")
