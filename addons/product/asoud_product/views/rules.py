"""Who may call the endpoints of one market's products."""

from __future__ import annotations

from addon_sdk import NotFound, contended, etag, raises, requires
from asoud_product.problems import NotEditable
from asoud_product.services.access import locked_version_of, version_of

views = requires("product.view", scope="market", by="market_id")
edits = requires("product.edit", scope="market", by="market_id")

versioned = etag(version_of)
"""The ETag of everything that belongs to a product is made of the product's version."""
matching = contended(locked_version_of)

found = raises(NotFound)
changes = raises(NotFound, NotEditable)
