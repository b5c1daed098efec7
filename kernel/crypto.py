"""Keys and secrets: every key is derived from ``secret_key`` for one purpose; secrets at rest are encrypted with one.

Changing ``secret_key`` ends all sessions and makes stored secrets unreadable.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.runtime import platform


class UndecryptableError(ValueError):
    """A stored secret was not encrypted with the present ``secret_key``, or was tampered with."""


@lru_cache(maxsize=64)
def derive_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one ``purpose`` from a site's ``secret``; for code that runs before the app does."""
    return HKDF(algorithm=SHA256(), length=32, salt=b"asoud", info=purpose.encode()).derive(secret.encode())


def derived_key(purpose: str) -> bytes:
    """32 bytes that only this site knows, another 32 for each ``purpose``."""
    return derive_key(platform.settings.secret_key, purpose)


def keyed_hash(purpose: str, text: str) -> str:
    """HMAC-SHA256 of ``text`` in hex under the key of ``purpose``: finds equal values without storing them."""
    return hmac.new(derived_key(purpose), text.encode(), hashlib.sha256).hexdigest()


def _fernet(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived_key(f"encrypt:{purpose}")))


def encrypt(text: str, *, purpose: str = "secrets") -> str:
    """Encrypt and authenticate ``text`` (Fernet); the result is printable ASCII."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def decrypt(token: str, *, purpose: str = "secrets") -> str:
    """The text that `encrypt` was given. Raises `UndecryptableError` on another key, purpose or a changed token."""
    try:
        return _fernet(purpose).decrypt(token.encode()).decode()
    except InvalidToken:
        raise UndecryptableError("This secret cannot be read: was ASOUD_SECRET_KEY changed?") from None
