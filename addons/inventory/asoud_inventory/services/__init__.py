"""The rules of stock; the only place that writes. Other addons may call what stands here."""

from asoud_inventory.services.items import Availability, availability
from asoud_inventory.services.reserving import Line, confirm, extend, get, release, reserve, restock

__all__ = ["Availability", "Line", "availability", "confirm", "extend", "get", "release", "reserve", "restock"]
