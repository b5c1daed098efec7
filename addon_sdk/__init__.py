"""What an addon's author imports: a typed façade over the kernel.

Everything here is public and covered by semantic versioning: before 1.0 a minor release may change it, so pin
``asoud ~= 0.N``. What stands in ``kernel`` is private. Fields of schemas are in `addon_sdk.fields`, login and sessions
in `addon_sdk.identity`, uploads in `addon_sdk.files`, settings in `addon_sdk.preferences`, help for tests in
`addon_sdk.testing`.
"""

from __future__ import annotations

from kernel import __version__
from kernel.addons.declaration import Addon
from kernel.addons.inbox import report_problem
from kernel.cache import drop_on, good_until, warms
from kernel.clock import now
from kernel.commands import Demo, DemoSize, Emulator, command, demo, emulator
from kernel.context import current_addon, current_request_id, in_addon
from kernel.crypto import UndecryptableError, decrypt, encrypt
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
from kernel.deadline import time_left
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
from kernel.events import DeliveredEvent, event, on, publish
from kernel.hooks import HookSpec, Replaceable, call_hook, hook, hookspec, replaceable, replaces
from kernel.i18n import current_language, lazy, set_locale, translate
from kernel.identity.access import authenticated, fresh, public, require_fresh, requires
from kernel.identity.permissions import extend_role, permission, role
from kernel.identity.principal import Principal, acting_as, current_principal
from kernel.identity.readable import get_readable, own, readable, scoped
from kernel.identity.scopes import demand, may, members_of, permission_scope
from kernel.identity.throttles import throttle_rule, throttled
from kernel.jobs import cron, job, report_progress
from kernel.preferences import setting, setting_scope
from kernel.realtime import (
    Connection,
    GroupCommit,
    Namespace,
    Rate,
    Stream,
    StreamEntry,
    append,
    current_connection,
    deliver,
    emit,
    expel,
    on_event,
    online,
)
from kernel.rest import (
    AnyOf,
    Between,
    Blueprint,
    ListArgs,
    ListQuery,
    Page,
    Schema,
    cached,
    contended,
    etag,
    extension_columns,
    extension_values,
    idempotent,
    paginate,
    raises,
    upload,
)
from kernel.runtime import platform

__all__ = [
    "JSON",
    "Addon",
    "AnyOf",
    "BadRequest",
    "Between",
    "Blueprint",
    "Conflict",
    "Connection",
    "CurrencyMismatch",
    "DeliveredEvent",
    "Demo",
    "DemoSize",
    "Emulator",
    "Field",
    "FieldError",
    "GroupCommit",
    "HookSpec",
    "ListArgs",
    "ListQuery",
    "Model",
    "Money",
    "Namespace",
    "NotAuthenticated",
    "NotFound",
    "OperatorError",
    "Page",
    "PermissionDenied",
    "Principal",
    "Problem",
    "Rate",
    "Replaceable",
    "Schema",
    "ServiceUnavailable",
    "SoftDelete",
    "Stream",
    "StreamEntry",
    "TooManyRequests",
    "UTCDateTime",
    "UndecryptableError",
    "ValidationFailed",
    "__version__",
    "acting_as",
    "after_commit",
    "append",
    "authenticated",
    "cached",
    "call_hook",
    "command",
    "contended",
    "cron",
    "current_addon",
    "current_connection",
    "current_language",
    "current_principal",
    "current_request_id",
    "decrypt",
    "deliver",
    "demand",
    "demo",
    "drop_on",
    "emit",
    "emulator",
    "encrypt",
    "etag",
    "event",
    "expel",
    "extend",
    "extend_role",
    "extension_columns",
    "extension_values",
    "fresh",
    "get_readable",
    "good_until",
    "hook",
    "hookspec",
    "idempotent",
    "in_addon",
    "job",
    "lazy",
    "may",
    "members_of",
    "money",
    "new_id",
    "now",
    "on",
    "on_event",
    "online",
    "own",
    "paginate",
    "permission",
    "permission_scope",
    "platform",
    "public",
    "publish",
    "raises",
    "read_connection",
    "readable",
    "replaceable",
    "replaces",
    "report_problem",
    "report_progress",
    "require_fresh",
    "requires",
    "role",
    "scoped",
    "session",
    "set_locale",
    "setting",
    "setting_scope",
    "throttle_rule",
    "throttled",
    "time_left",
    "transaction",
    "translate",
    "upload",
    "warms",
]
