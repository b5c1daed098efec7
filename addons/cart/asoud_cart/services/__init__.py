"""The rules of carts; the only place that writes. Other addons may call what stands here."""

from asoud_cart.services.access import get_cart, lock_cart
from asoud_cart.services.carts import empty
from asoud_cart.services.quoting import quote_of

__all__ = ["empty", "get_cart", "lock_cart", "quote_of"]
