"""Markets: opened by their owners, published by the site's staff, found by everybody."""

from addon_sdk import Addon, role
from asoud_market.preferences import Preferences

addon = Addon(
    title="Markets",
    category="marketplace",
    icon="store",
    permissions={
        "market.view": "See a market that is not published, its history and figures",
        "market.edit": "Change a market's description, place, contact, hours and pictures",
        "market.operate": "Ask for a market's publication, unpublish and close it",
        "market.staff": "Invite a market's staff, and manage its colleagues",
        "market.gateway": "Choose how a market is paid",
        "market.moderate": "Decide on markets: publish, send back, close, reactivate, and read reports",
    },
    settings=Preferences,
)

VENDOR = role("vendor", "Vendor")
"""Held by everybody who owns a market that was published once."""
