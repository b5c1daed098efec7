"""Proving again who one is, and what may be changed only then: number, password, authenticator app."""

from __future__ import annotations

from typing import Any

from addon_sdk import Blueprint, NotFound, authenticated, current_principal, fresh, raises, throttled
from addon_sdk.identity import TokenPair
from asoud_users.limits import PROOFS_OF_USER
from asoud_users.models import User
from asoud_users.problems import (
    CodeRefused,
    LoginRefused,
    MobileTaken,
    NoApp,
    NoSecondFactor,
    NotStaff,
    TotpRequired,
)
from asoud_users.schemas import (
    CodeRequestSchema,
    MobileChangeSchema,
    PasswordSchema,
    ProofSchema,
    RecoveryCodesLeftSchema,
    RecoveryCodesSchema,
    RequestedCodeSchema,
    TokenSchema,
    TotpCodeSchema,
    TotpSchema,
    UserSchema,
)
from asoud_users.services import logins, recovery, staff
from asoud_users.views.caller import caller_id, calling_device
from asoud_users.views.login import requested

blp = Blueprint("users_security", description="Proofs of identity, and what needs a fresh one.")


@blp.post("/me/proof-codes")
@authenticated
@throttled(PROOFS_OF_USER.key)
@blp.response(202, RequestedCodeSchema)
def request_proof_code() -> dict[str, Any]:
    """Send a code to my own number, to prove again who I am."""
    return requested(logins.request_reauthentication(caller_id()))


@blp.post("/me/proofs")
@authenticated
@throttled(PROOFS_OF_USER.key)
@raises(CodeRefused, LoginRefused, TotpRequired)
@blp.arguments(ProofSchema)
@blp.response(200, TokenSchema)
def prove_identity(data: dict[str, Any]) -> TokenPair:
    """Prove again who I am; for ten minutes the new access token allows sensitive changes."""
    principal, device = current_principal(), calling_device()
    if "password" in data:
        return logins.reauthenticate_with_password(principal, data["password"], data["totp"], device)
    return logins.reauthenticate_with_code(principal, data["request_id"], data["code"], device, totp=data.get("totp"))


@blp.post("/me/mobile-codes")
@authenticated
@fresh(minutes=10)
@throttled(PROOFS_OF_USER.key)
@blp.arguments(CodeRequestSchema)
@blp.response(202, RequestedCodeSchema)
def request_mobile_code(data: dict[str, Any]) -> dict[str, Any]:
    """Send a code to the number by which I want to log in from now on."""
    return requested(logins.request_mobile_change(caller_id(), data["mobile"]))


@blp.put("/me/mobile")
@authenticated
@fresh(minutes=10)
@throttled(PROOFS_OF_USER.key)
@raises(CodeRefused, MobileTaken)
@blp.arguments(MobileChangeSchema)
@blp.response(200, UserSchema)
def change_mobile(data: dict[str, Any]) -> User:
    """Log in by another number from now on; my other sessions end."""
    return logins.change_mobile(current_principal(), data["request_id"], data["code"])


@blp.put("/me/password")
@authenticated
@fresh(minutes=10)
@raises(NotFound, NotStaff)
@blp.arguments(PasswordSchema)
@blp.response(204)
def set_password(data: dict[str, Any]) -> None:
    """Set my password, as staff; my other sessions end."""
    staff.set_password(caller_id(), data["password"], keep_session=current_principal().session_id)


@blp.delete("/me/password")
@authenticated
@fresh(minutes=10)
@blp.response(204)
def remove_password() -> None:
    """Have no password any more."""
    staff.remove_password(caller_id())


@blp.post("/me/totp")
@authenticated
@fresh(minutes=10)
@raises(NotFound, NotStaff)
@blp.response(201, TotpSchema)
def begin_totp() -> dict[str, str]:
    """Begin to set up an authenticator app, as staff."""
    secret, uri = staff.begin_totp(caller_id())
    return {"secret": secret, "uri": uri}


@blp.put("/me/totp")
@authenticated
@fresh(minutes=10)
@throttled(PROOFS_OF_USER.key)
@raises(NoSecondFactor, LoginRefused)
@blp.arguments(TotpCodeSchema)
@blp.response(204)
def confirm_totp(data: dict[str, Any]) -> None:
    """Confirm the authenticator app by a code of it; from now on logins need one."""
    staff.confirm_totp(caller_id(), data["code"])


@blp.delete("/me/totp")
@authenticated
@fresh(minutes=10)
@blp.response(204)
def remove_totp() -> None:
    """Have no authenticator app any more."""
    staff.remove_totp(caller_id())


@blp.post("/me/totp/recovery-codes")
@authenticated
@fresh(minutes=10)
@raises(NoApp)
@blp.response(201, RecoveryCodesSchema)
def make_recovery_codes() -> dict[str, list[str]]:
    """Make ten codes that stand in for my authenticator app, each once; those of before end."""
    return {"codes": recovery.make_codes(caller_id())}


@blp.get("/me/totp/recovery-codes")
@authenticated
@blp.response(200, RecoveryCodesLeftSchema)
def count_recovery_codes() -> dict[str, int]:
    """Show how many recovery codes I have left."""
    return {"left": recovery.codes_left(caller_id())}
