"""What this addon refuses, and with which codes."""

from __future__ import annotations

from addon_sdk import Conflict, NotAuthenticated, PermissionDenied, Problem


class CodeRefused(Problem):
    """The code is wrong, expired, used, tried too often, or of another request: the answer is the same for all."""

    status, code, title = 422, "users.code_refused", "This code is not valid; check it or ask for a new one."


class LoginRefused(NotAuthenticated):
    """Mobile number, password or authenticator code are wrong: the answer is the same for all."""

    status, code, title = 401, "users.login_refused", "Mobile number, password or authenticator code is wrong."


class TotpRequired(NotAuthenticated):
    """This user has an authenticator app; send its present code as ``totp`` too. The one-time code is still good."""

    status, code, title = 401, "users.totp_required", "Send the code of your authenticator app as well."


class UserBlocked(PermissionDenied):
    """Staff has blocked this user."""

    status, code, title = 403, "users.blocked", "This account is blocked; contact support."


class MobileTaken(Conflict):
    """Another user has this mobile number."""

    status, code, title = 409, "users.mobile_taken", "This mobile number belongs to another account."


class CardTaken(Conflict):
    """The card is registered already."""

    status, code, title = 409, "users.card_taken", "This card is registered already."


class AccountTaken(Conflict):
    """The bank account is registered already."""

    status, code, title = 409, "users.account_taken", "This bank account is registered already."


class ColleagueExists(Conflict):
    """The user has named this colleague before."""

    status, code, title = 409, "users.colleague_exists", "This colleague is in your list already."


class TooManyDocuments(Conflict):
    """The user keeps as many documents as the setting ``max_documents`` allows."""

    status, code, title = 409, "users.too_many_documents", "You keep too many documents; delete one first."


class NoSecondFactor(Conflict):
    """The authenticator app was not set up, or was confirmed already."""

    status, code, title = 409, "users.no_totp_pending", "There is no authenticator app to confirm; set one up first."


class NoApp(Conflict):
    """Recovery codes stand in for an authenticator app, and there is none that was confirmed."""

    status, code, title = 409, "users.no_totp", "There is no authenticator app; set one up first."


class NotStaff(PermissionDenied):
    """Passwords and authenticator apps are for staff, who hold a role that was granted to them."""

    status, code, title = 403, "users.not_staff", "Only staff has a password and an authenticator app."
