"""What an addon's author imports: a typed façade over the kernel.

Everything here is public and covered by semantic versioning: before 1.0 a minor release may change it, so pin
``asoud ~= 0.N``. What stands in ``kernel`` is private. Fields for schemas are in `addon_sdk.fields`, help for tests in
`addon_sdk.testing`.
"""

from __future__ import annotations

from kernel import __version__
from kernel.addons.declaration import Addon
from kernel.addons.inbox import report_problem
from kernel.cache import drop_on, warms
from kernel.clock import now
from kernel.commands import Demo, DemoSize, Emulator, command, demo, emulator
from kernel.context import current_addon, current_request_id, in_addon
from kernel.crypto import decrypt, encrypt
from kernel.db import (
    JSON,
    CurrencyMismatch,
    Field,
    Model,
    Money,
    SoftDelete,
    UTCDateTime,
    after_commit,
    extend,
    money,
    new_id,
    read_connection,
    session,
    transaction,
)
from kernel.errors import (
    BadRequest,
    Conflict,
    FieldError,
    NotAuthenticated,
    NotFound,
    OperatorError,
    PermissionDenied,
    Problem,
    ServiceUnavailable,
    TooManyRequests,
    ValidationFailed,
)
from kernel.hooks import HookSpec, Replaceable, call_hook, hook, hookspec, replaceable, replaces
from kernel.runtime import platform

__all__ = [
    "JSON",
    "Addon",
    "BadRequest",
    "Conflict",
    "CurrencyMismatch",
    "Demo",
    "DemoSize",
    "Emulator",
    "Field",
    "FieldError",
    "HookSpec",
    "Model",
    "Money",
    "NotAuthenticated",
    "NotFound",
    "OperatorError",
    "PermissionDenied",
    "Problem",
    "Replaceable",
    "ServiceUnavailable",
    "SoftDelete",
    "TooManyRequests",
    "UTCDateTime",
    "ValidationFailed",
    "__version__",
    "after_commit",
    "call_hook",
    "command",
    "current_addon",
    "current_request_id",
    "decrypt",
    "demo",
    "drop_on",
    "emulator",
    "encrypt",
    "extend",
    "hook",
    "hookspec",
    "in_addon",
    "money",
    "new_id",
    "now",
    "platform",
    "read_connection",
    "replaceable",
    "replaces",
    "report_problem",
    "session",
    "transaction",
    "warms",
]
