"""Products: what markets sell, described, priced, reviewed, and found by everybody."""

from addon_sdk import Addon
from asoud_product.preferences import Preferences

addon = Addon(
    title="Products",
    category="marketplace",
    icon="package",
    permissions={
        "product.view": "See a market's products that are not published, their prices and history",
        "product.edit": "Add, change and delete a market's products and shelves, import and export them",
        "product.moderate": "Decide on products: publish, send back, deactivate, reactivate",
    },
    settings=Preferences,
)
