"""Payments: anything payable is paid through any gateway; what became of the money is asked, never guessed."""

from addon_sdk import Addon
from asoud_payment.preferences import Preferences

addon = Addon(
    title="Payments",
    category="commerce",
    icon="banknote",
    permissions={
        "payment.view": "See all payments, what gateways said of them, and reconciliations",
        "payment.approve": "Decide on bank receipts, and say that cash was collected",
        "payment.refund": "Refund payments",
    },
    settings=Preferences,
)
