"""Password hashes (argon2id) and the rule that a new password must meet."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kernel.errors import FieldError, ValidationFailed
from kernel.i18n import translate

SHORTEST, LONGEST = 12, 128
"""Characters of a password; the upper end keeps hashing cheap."""


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash("no such user")


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher().hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether ``password`` belongs to the stored hash; takes as long for a user who has none."""
    try:
        _hasher().verify(stored or _nobody(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's; hash again at the next login."""
    return _hasher().check_needs_rehash(stored)


def check_new_password(password: str, *, pointer: str = "/password") -> None:
    """Raise `ValidationFailed` unless the password is long enough, not too long and not one repeated character."""
    if not SHORTEST <= len(password) <= LONGEST:
        message = translate("Use {least} to {most} characters.", least=SHORTEST, most=LONGEST)
        raise ValidationFailed(errors=[FieldError(pointer, "length", message)])
    if len(set(password)) < 5:
        raise ValidationFailed.of(pointer, "too_simple", "Use at least five different characters.")
