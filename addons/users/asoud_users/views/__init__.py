"""REST: parse, call a service, answer."""

from asoud_users.views import accounts, login, me, possessions, privacy, roles, security, sessions

__all__ = ["accounts", "login", "me", "possessions", "privacy", "roles", "security", "sessions"]
