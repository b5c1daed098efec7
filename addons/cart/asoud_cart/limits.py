"""How often carts are opened."""

from addon_sdk import throttle_rule

OPENED = throttle_rule("cart.opened", 60, 3600)
