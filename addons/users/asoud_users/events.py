"""Facts that this addon publishes."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import event


@event("users.registered", version=1)
class Registered:
    """A new user has logged in for the first time, or was made by an operator."""

    user_id: UUID


@event("users.logged_in", version=1)
class LoggedIn:
    """A user has logged in."""

    user_id: UUID
    session_id: UUID
    method: str


@event("users.mobile_changed", version=1)
class MobileChanged:
    """A user has another mobile number now."""

    user_id: UUID


@event("users.blocked", version=1)
class Blocked:
    """Staff has blocked a user; his sessions have ended."""

    user_id: UUID


@event("users.unblocked", version=1)
class Unblocked:
    """Staff lets a blocked user in again."""

    user_id: UUID


@event("users.document_reviewed", version=1)
class DocumentReviewed:
    """Staff has accepted or rejected a document."""

    user_id: UUID
    document_id: UUID
    status: str


@event("users.erased", version=1)
class Erased:
    """A user's personal data was erased; only his id remains."""

    user_id: UUID
