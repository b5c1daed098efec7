"""What a parser raises."""

from __future__ import annotations


class IdentifierError(ValueError):
    """A written value breaks a rule: ``code`` is its stable name, ``message`` the English sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
