"""Carts: what somebody is going to buy, of any market, and what it costs."""

from addon_sdk import Addon
from asoud_cart.preferences import Preferences

addon = Addon(title="Cart", category="commerce", icon="shopping-cart", settings=Preferences)
