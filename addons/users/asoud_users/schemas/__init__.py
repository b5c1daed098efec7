"""What goes in and out over REST. `UserSchema` shows what other addons add to the user."""

from asoud_users.schemas.administration import (
    BlockSchema,
    PermissionSchema,
    RoleChangeSchema,
    RoleNamesSchema,
    RoleSchema,
)
from asoud_users.schemas.login import (
    CodeLoginSchema,
    CodeRequestSchema,
    LoginSchema,
    PasswordLoginSchema,
    ProofSchema,
    RefreshSchema,
    RequestedCodeSchema,
    SessionSchema,
    TokenSchema,
)
from asoud_users.schemas.possessions import (
    BankAccountSchema,
    BankCardSchema,
    ColleagueSchema,
    DocumentReviewSchema,
    DocumentSchema,
)
from asoud_users.schemas.user import (
    AccountSchema,
    LoginAttemptSchema,
    MobileChangeSchema,
    PasswordSchema,
    PictureSchema,
    ProfileSchema,
    TotpCodeSchema,
    TotpSchema,
    UserSchema,
)

__all__ = [
    "AccountSchema",
    "BankAccountSchema",
    "BankCardSchema",
    "BlockSchema",
    "CodeLoginSchema",
    "CodeRequestSchema",
    "ColleagueSchema",
    "DocumentReviewSchema",
    "DocumentSchema",
    "LoginAttemptSchema",
    "LoginSchema",
    "MobileChangeSchema",
    "PasswordLoginSchema",
    "PasswordSchema",
    "PermissionSchema",
    "PictureSchema",
    "ProfileSchema",
    "ProofSchema",
    "RefreshSchema",
    "RequestedCodeSchema",
    "RoleChangeSchema",
    "RoleNamesSchema",
    "RoleSchema",
    "SessionSchema",
    "TokenSchema",
    "TotpCodeSchema",
    "TotpSchema",
    "UserSchema",
]
