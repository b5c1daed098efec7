"""How often what could be abused may be done."""

from __future__ import annotations

from addon_sdk import throttle_rule

NUMBERS_OF_USER = throttle_rule("chat.numbers_of_user", 60, 3600)
"""Mobile numbers that a user opens rooms by; whoever tries many learns who is on this site."""
