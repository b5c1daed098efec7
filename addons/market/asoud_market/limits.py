"""How often what could be abused may be done."""

from __future__ import annotations

from addon_sdk import throttle_rule

BUSINESS_IDS = throttle_rule("market.business_ids", 120, 60, settle="local")
"""The live check of business ids, as somebody types."""
INVITATIONS = throttle_rule("market.invitations", 60, 3600)
ANSWERS = throttle_rule("market.answers", 30, 3600)
"""Answers to invitations; tokens cannot be guessed in so many tries."""
REPORTS = throttle_rule("market.reports", 20, 3600)
SHARES = throttle_rule("market.shares", 60, 3600)
VIEWS = throttle_rule("market.views", 300, 60, settle="local")
MARKETS = throttle_rule("market.markets", 60, 3600)
"""Markets that somebody opens; there is no limit to how many he has."""
