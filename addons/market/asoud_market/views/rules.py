"""Who may call the endpoints of one market."""

from __future__ import annotations

from addon_sdk import NotFound, contended, etag, raises, requires
from asoud_market.problems import Incomplete, NotEditable
from asoud_market.services.access import locked_version_of, version_of

views = requires("market.view", scope="market", by="market_id")
edits = requires("market.edit", scope="market", by="market_id")
operates = requires("market.operate", scope="market", by="market_id")
keeps_staff = requires("market.staff", scope="market", by="market_id")
keeps_gateway = requires("market.gateway", scope="market", by="market_id")

versioned = etag(version_of)
"""The ETag of everything that belongs to a market is made of the market's version."""
matching = contended(locked_version_of)

found = raises(NotFound)
changes = raises(NotFound, NotEditable)
reviewed = raises(NotFound, NotEditable, Incomplete)
"""Changes that the site's staff looks at: what waits for publication, or is published, stays complete."""
