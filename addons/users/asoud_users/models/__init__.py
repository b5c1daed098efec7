"""Tables of users and of what belongs to them."""

from asoud_users.models.banking import BankAccount, BankCard
from asoud_users.models.code import CodePurpose, LoginCode, OutboxMessage
from asoud_users.models.document import Document, DocumentStatus
from asoud_users.models.user import Colleague, Credential, Profile, RecoveryCode, User

__all__ = [
    "BankAccount",
    "BankCard",
    "CodePurpose",
    "Colleague",
    "Credential",
    "Document",
    "DocumentStatus",
    "LoginCode",
    "OutboxMessage",
    "Profile",
    "RecoveryCode",
    "User",
]
