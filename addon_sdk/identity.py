"""For addons that log users in or administer them: sessions, roles, proofs of identity, the record of attempts.

What every addon needs (`requires`, `current_principal`, `role`, ...) is in `addon_sdk` itself.
"""

from kernel.crypto import keyed_hash
from kernel.errors import RefreshTokenRefused, SessionEnded, TokenExpired
from kernel.identity.addresses import client_address, network_of
from kernel.identity.attempts import SUCCEEDED, attempts_of, failures_since, record_attempt
from kernel.identity.attempts import forget_user as forget_attempts
from kernel.identity.custom_roles import change_role, create_role, delete_role, list_roles
from kernel.identity.grants import (
    grant_role,
    granted_roles,
    holders,
    permissions_of_role,
    withdraw_all_roles,
    withdraw_role,
)
from kernel.identity.models import LoginAttempt, LoginSession, RoleGrant
from kernel.identity.passwords import check_new_password, hash_password, needs_rehash, verify_password
from kernel.identity.permissions import ADMIN, Permission, Role, known_permissions
from kernel.identity.sessions import LIVING_SESSIONS, list_sessions, open_session
from kernel.identity.sessions import confirm as confirm_session
from kernel.identity.sessions import forget_user as forget_sessions
from kernel.identity.sessions import refresh as refresh_session
from kernel.identity.sessions import revoke as revoke_session
from kernel.identity.sessions import revoke_all as revoke_sessions
from kernel.identity.throttles import take as count_use
from kernel.identity.tokens import TokenPair
from kernel.identity.totp import new_secret as new_totp_secret
from kernel.identity.totp import provisioning_uri as totp_uri
from kernel.identity.totp import verify as verify_totp

__all__ = [
    "ADMIN",
    "LIVING_SESSIONS",
    "SUCCEEDED",
    "LoginAttempt",
    "LoginSession",
    "Permission",
    "RefreshTokenRefused",
    "Role",
    "RoleGrant",
    "SessionEnded",
    "TokenExpired",
    "TokenPair",
    "attempts_of",
    "change_role",
    "check_new_password",
    "client_address",
    "confirm_session",
    "count_use",
    "create_role",
    "delete_role",
    "failures_since",
    "forget_attempts",
    "forget_sessions",
    "grant_role",
    "granted_roles",
    "hash_password",
    "holders",
    "keyed_hash",
    "known_permissions",
    "list_roles",
    "list_sessions",
    "needs_rehash",
    "network_of",
    "new_totp_secret",
    "open_session",
    "permissions_of_role",
    "record_attempt",
    "refresh_session",
    "revoke_session",
    "revoke_sessions",
    "totp_uri",
    "verify_password",
    "verify_totp",
    "withdraw_all_roles",
    "withdraw_role",
]
