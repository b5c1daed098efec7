"""What each code of Zarinpal means, for us and for people."""

from __future__ import annotations

from typing import NamedTuple

from asoud_payment.hookspecs import Outcome


class Meaning(NamedTuple):
    """The class of a code, and what to tell people of it."""

    outcome: Outcome
    message: str


CODES: dict[int, Meaning] = {
    100: Meaning(Outcome.OK, "Done."),
    101: Meaning(Outcome.OK, "This payment was verified before."),
    -9: Meaning(Outcome.BUG, "The gateway found a value that is not valid."),
    -10: Meaning(Outcome.CONFIG, "The merchant id or the server's IP address is not valid."),
    -11: Meaning(Outcome.CONFIG, "The terminal is not active."),
    -12: Meaning(Outcome.RETRY, "Too many attempts in a short time; try again later."),
    -13: Meaning(Outcome.CONFIG, "The terminal has reached its limit; its papers are incomplete."),
    -14: Meaning(Outcome.CONFIG, "The site's address is not the one that the terminal is registered for."),
    -15: Meaning(Outcome.CONFIG, "The terminal is suspended."),
    -16: Meaning(Outcome.CONFIG, "The merchant's level is below silver."),
    -17: Meaning(Outcome.CONFIG, "The merchant's level is blue, which is limited."),
    -18: Meaning(Outcome.CONFIG, "The referring site is not the one that the terminal is registered for."),
    -19: Meaning(Outcome.CONFIG, "The terminal may not create payments."),
    -30: Meaning(Outcome.CONFIG, "The terminal may not split payments freely."),
    -31: Meaning(Outcome.CONFIG, "Splitting needs a default bank account, or its values are wrong."),
    -32: Meaning(Outcome.BUG, "The parts of the split are more than the whole."),
    -33: Meaning(Outcome.BUG, "The percentages of the split are wrong."),
    -34: Meaning(Outcome.BUG, "The fixed parts of the split are more than the whole."),
    -35: Meaning(Outcome.BUG, "The split has too many parts."),
    -36: Meaning(Outcome.BUG, "A part of the split is below 10,000 Rial."),
    -37: Meaning(Outcome.VENDOR, "A Sheba of the split is not active at its bank."),
    -38: Meaning(Outcome.VENDOR, "A Sheba of the split is not known to Shaparak yet; try again later."),
    -39: Meaning(Outcome.VENDOR, "The payment can't be split."),
    -40: Meaning(Outcome.BUG, "The time limit of the payment is not valid."),
    -41: Meaning(Outcome.USER, "One payment can't be more than 100,000,000 Toman."),
    -50: Meaning(Outcome.ALARM, "The amount that was paid is another one."),
    -51: Meaning(Outcome.DECLINED, "It was not paid."),
    -52: Meaning(Outcome.RETRY, "An unexpected error of the gateway; try again later."),
    -53: Meaning(Outcome.ALARM, "The payment belongs to another merchant."),
    -54: Meaning(Outcome.DECLINED, "The gateway knows no such payment."),
    -55: Meaning(Outcome.DECLINED, "The gateway does not find this payment."),
    -60: Meaning(Outcome.OTHER_WAY, "The bank does not allow to reverse this payment."),
    -61: Meaning(Outcome.OTHER_WAY, "The payment was not successful, or is reversed already."),
    -62: Meaning(Outcome.OTHER_WAY, "The server's IP address is not set on the terminal, so nothing can be reversed."),
    -63: Meaning(Outcome.OTHER_WAY, "The 30 minutes in which a payment can be reversed have passed."),
}

UNREADABLE = "The gateway gave no answer that can be read."
UNLISTED = "The gateway answered with a code that nobody knows."
REFUND_REFUSED = "The gateway refused the refund."
REFUND_NEEDS_TOKEN = "Refunds need the access token of the gateway's panel."
REFUND_TOO_SMALL = "The gateway refunds 20,000 Rial at least."
