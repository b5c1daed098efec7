"""REST: parse, call a service, answer."""

from asoud_product.views import mine, moderation, parts, public, shelves

__all__ = ["mine", "moderation", "parts", "public", "shelves"]
