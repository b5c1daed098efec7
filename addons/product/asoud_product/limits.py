"""How often what could be abused may be done."""

from __future__ import annotations

from addon_sdk import throttle_rule

PRODUCTS = throttle_rule("product.products", 600, 3600)
"""Products that somebody adds by hand; files bring as many as he likes."""
TRANSFERS = throttle_rule("product.transfers", 60, 3600)
"""Imports and exports."""
SEARCHES = throttle_rule("product.searches", 300, 60, settle="local")
"""Facets, which count what a list only begins to read."""
