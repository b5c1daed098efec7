"""REST: parse, call a service, answer."""

from asoud_inventory.views import adjustments, items, locations

__all__ = ["adjustments", "items", "locations"]
