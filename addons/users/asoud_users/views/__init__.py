"""REST: parse, call a service, answer."""

from asoud_users.views import (
    accounts,
    banking,
    colleagues,
    documents,
    login,
    me,
    privacy,
    roles,
    security,
    sessions,
)

__all__ = [
    "accounts",
    "banking",
    "colleagues",
    "documents",
    "login",
    "me",
    "privacy",
    "roles",
    "security",
    "sessions",
]
