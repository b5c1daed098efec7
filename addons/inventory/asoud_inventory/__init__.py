"""Stock: what markets have of each variant and where, and what of it is promised to somebody."""

from addon_sdk import Addon
from asoud_inventory.preferences import Preferences

addon = Addon(
    title="Stock",
    category="marketplace",
    icon="boxes",
    permissions={
        "inventory.view": "See a market's stock, its movements and what runs low",
        "inventory.edit": "Adjust and move a market's stock, and say what may be sold beyond it",
        "inventory.approve": "Decide on adjustments of stock that somebody else has asked for",
    },
    settings=Preferences,
)
