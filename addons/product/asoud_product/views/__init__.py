"""REST: parse, call a service, answer."""

from asoud_product.views import mine, moderation, parts, public, shelves, transfers

__all__ = ["mine", "moderation", "parts", "public", "shelves", "transfers"]
