"""Who may call the endpoints of one market's stock."""

from __future__ import annotations

from addon_sdk import NotFound, raises, requires

views = requires("inventory.view", scope="market", by="market_id")
edits = requires("inventory.edit", scope="market", by="market_id")
approves = requires("inventory.approve", scope="market", by="market_id")

found = raises(NotFound)
