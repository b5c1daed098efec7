"""Payment through Zarinpal."""

from addon_sdk import Addon
from asoud_payment_zarinpal.preferences import Preferences

addon = Addon(title="Zarinpal", category="commerce", icon="credit-card", settings=Preferences)
