"""Categories: one tree of what is sold, with attributes, fees and slides."""

from addon_sdk import Addon
from asoud_category.preferences import Preferences

addon = Addon(
    title="Categories",
    category="marketplace",
    icon="list-tree",
    permissions={"category.edit": "Edit categories, their attributes and slides, and decide on requests"},
    settings=Preferences,
)
