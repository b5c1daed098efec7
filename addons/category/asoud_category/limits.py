"""How often what could be abused may be done."""

from __future__ import annotations

from addon_sdk import throttle_rule

REQUESTS = throttle_rule("category.requests", 20, 3600)
"""Requests for categories, which people have to read."""
