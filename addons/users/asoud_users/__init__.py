"""Users: who they are, how they log in, and what belongs to them."""

from addon_sdk import Addon, role
from asoud_users.preferences import Preferences

addon = Addon(
    title="Users",
    category="people",
    icon="users",
    permissions={
        "users.read": "Read all users, their sessions and logins",
        "users.block": "Block users and end their sessions",
        "users.documents_review": "Read and review the documents of all users",
    },
    settings=Preferences,
)

CUSTOMER = role("customer", "Customer", everyone=True)
"""Every user: what anybody may do who is logged in."""
