"""Time-based one-time passwords (RFC 6238) from an authenticator app, as the second proof of staff."""

from __future__ import annotations

import pyotp

from kernel.clock import now

STEP = 30
"""Seconds that one password is shown."""


def new_secret() -> str:
    """A new secret to share with the app, base32. Store it encrypted."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, *, account: str, issuer: str) -> str:
    """What the app scans as a QR code."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=account, issuer_name=issuer)


def verify(secret: str, code: str, *, after_step: int = 0) -> int | None:
    """The step that ``code`` belongs to, or None when it is wrong.

    One step to either side is accepted for clocks that differ. Store the step and give it as ``after_step`` next time:
    a code is good once.
    """
    totp = pyotp.TOTP(secret, interval=STEP)
    present = int(now().timestamp()) // STEP
    for step in (present - 1, present, present + 1):
        if step > after_step and pyotp.utils.strings_equal(totp.generate_otp(step), code):
            return step
    return None
