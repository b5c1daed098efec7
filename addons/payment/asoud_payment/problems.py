"""What this addon refuses, and with which codes."""

from __future__ import annotations

from addon_sdk import Conflict


class NothingDue(Conflict):
    """There is nothing to pay, or no longer what there was."""

    code, title = "payment.nothing_due", "There is nothing to pay here any more."


class MethodUnavailable(Conflict):
    """This can't be paid by this method: not offered, not set up, or out of its limits."""

    code, title = "payment.method_unavailable", "This can't be paid by this method; choose another."


class NotOpen(Conflict):
    """The payment is decided already."""

    code, title = "payment.not_open", "This payment is decided already."


class StartRunning(Conflict):
    """Another window is just now asking the gateway for the same payment."""

    code, title = "payment.start_running", "This payment is being started in another window; wait a moment."


class NotStarted(Conflict):
    """The gateway did not take the payment; nothing was charged."""

    code, title = "payment.not_started", "The gateway did not take the payment; nothing was charged. Try again later."


class WrongMethod(Conflict):
    """This is for payments by another method."""

    code, title = "payment.wrong_method", "This isn't possible for payments by this method."


class NotRefundable(Conflict):
    """We don't hold this money, or not any more."""

    code, title = "payment.not_refundable", "There is no money of this payment to give back."


class RefundTooLarge(Conflict):
    """More would go back than is left."""

    code, title = "payment.refund_too_large", "This is more than is left to give back."
