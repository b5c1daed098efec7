"""Who may call a view or a socket event: exactly one of `public`, `authenticated`, `requires` on each.

The decorators only mark the function. REST and Socket.IO call ``Access.check`` before they parse any input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from kernel.clock import now
from kernel.errors import NotAuthenticated, PermissionDenied, ReauthenticationRequired
from kernel.identity.principal import Principal, current_principal

ATTRIBUTE = "__asoud_access__"
_FRESH = "__asoud_fresh__"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """The rule that stands on one view or socket event."""

    anonymous: bool = False
    """Open to callers without a token."""
    permissions: tuple[str, ...] = ()
    """All of them are needed: everywhere, or on the one object that ``scope`` and ``by`` name."""
    scope: str | None = None
    """Name of the permission scope whose members may hold the permissions on one object."""
    by: str | None = None
    """The view's argument, or the event's field, that holds the object's id."""
    fresh_minutes: float | None = None
    """How old the last proof of identity may be."""

    def check(self, principal: Principal | None = None, arguments: Mapping[str, Any] | None = None) -> None:
        """Let ``principal`` (by default the current one) through, or raise.

        ``arguments`` are the view's path arguments or the event's payload, for rules with a scope.
        Raises `NotAuthenticated`, `PermissionDenied`, `ReauthenticationRequired`, or `NotFound` when the rule is
        about an object that the caller may not even read.
        """
        if self.anonymous:
            return
        caller = current_principal() if principal is None else principal
        if caller.user_id is None:
            raise NotAuthenticated
        if not caller.permissions.issuperset(self.permissions):
            self._check_scope(caller, arguments or {})
        if self.fresh_minutes is not None:
            require_fresh(self.fresh_minutes, caller)

    def _check_scope(self, caller: Principal, arguments: Mapping[str, Any]) -> None:
        missing = [permission for permission in self.permissions if not caller.can(permission)]
        if self.scope is None or self.by is None:
            raise PermissionDenied(permission=missing[0])
        from kernel.identity.scopes import demand_in_scope

        for permission in missing:
            demand_in_scope(caller, permission, self.scope, arguments.get(self.by))


def access_of(function: Callable[..., Any]) -> Access | None:
    """The rule that stands on ``function``, or None when its author forgot one."""
    access: Access | None = getattr(function, ATTRIBUTE, None)
    return access


def _declare(function: F, access: Access) -> F:
    if access_of(function) is not None:
        raise TypeError(f"{function.__module__}.{function.__qualname__}: has two access rules; keep one of them.")
    minutes = getattr(function, _FRESH, None)
    setattr(function, ATTRIBUTE, access if minutes is None else replace(access, fresh_minutes=minutes))
    return function


def public(function: F) -> F:
    """Let everybody call it, with or without a token."""
    return _declare(function, Access(anonymous=True))


def authenticated(function: F) -> F:
    """Let every logged-in user call it."""
    return _declare(function, Access())


def requires(*permissions: str, scope: str | None = None, by: str | None = None) -> Callable[[F], F]:
    """Let callers with all of ``permissions`` call it.

    With ``scope`` and ``by``, members of one object may hold them on that object:
    ``@requires("market.edit", scope="market", by="market_id")`` asks the permission scope ``market`` about the
    view's argument ``market_id`` when the caller doesn't hold ``market.edit`` everywhere.
    """
    if not permissions or not all(isinstance(permission, str) for permission in permissions):
        raise TypeError('requires: name at least one permission, as in @requires("market.edit").')
    if (scope is None) != (by is None):
        raise TypeError("requires: scope and by go together.")
    return lambda function: _declare(function, Access(permissions=permissions, scope=scope, by=by))


def fresh(minutes: float = 10) -> Callable[[F], F]:
    """Ask, beside `authenticated` or `requires`, for a proof of identity that is ``minutes`` old at most."""

    def mark(function: F) -> F:
        access = access_of(function)
        if access is None:
            setattr(function, _FRESH, minutes)
        else:
            setattr(function, ATTRIBUTE, replace(access, fresh_minutes=minutes))
        return function

    return mark


def require_fresh(minutes: float = 10, principal: Principal | None = None) -> None:
    """Raise `ReauthenticationRequired` unless the caller proved who he is within the last ``minutes``."""
    proved = (principal or current_principal()).authenticated_at
    if proved is None or now() - proved > timedelta(minutes=minutes):
        raise ReauthenticationRequired
