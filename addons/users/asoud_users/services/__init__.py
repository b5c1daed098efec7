"""The rules of users; the only place that writes. Other addons may call what stands here."""

from asoud_users.services.accounts import change_user, get_user, user_by_mobile, user_for_mobile
from asoud_users.services.banking import card_hash
from asoud_users.services.privacy import erase, export

__all__ = [
    "card_hash",
    "change_user",
    "erase",
    "export",
    "get_user",
    "user_by_mobile",
    "user_for_mobile",
]
