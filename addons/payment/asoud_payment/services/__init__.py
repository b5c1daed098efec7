"""What other addons call: open and refund payments, and say what is payable."""

from asoud_payment.services.opening import open_payment
from asoud_payment.services.refunding import ask_refund

__all__ = ["ask_refund", "open_payment"]
