"""Transactions: everything inside happens whole or not at all."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, overload

from sqlalchemy.orm import Session, SessionTransaction

from kernel.db.failures import WritersCollided
from kernel.db.sessions import DOOMED, ContextSession
from kernel.runtime import platform

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 6
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.5


@dataclass(frozen=True, slots=True)
class _Scope:
    """An open transaction, and how its session stood when it was opened."""

    session: ContextSession
    savepoint: SessionTransaction | None
    callbacks: int
    doomed: bool


class Transaction(AbstractContextManager[Session]):
    """What `transaction` gives: a context manager, and a decorator when called with brackets."""

    def __init__(self, *, nested: bool = False) -> None:
        self._nested = nested
        self._open: list[_Scope] = []

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorate ``function``, as `transaction` does."""
        return _decorated(function, nested=self._nested)

    def __enter__(self) -> Session:
        current = platform.db.session()
        if not current.depth:
            platform.db.begin(current)
        savepoint = current.begin_nested() if self._nested and current.depth else None
        current.depth += 1
        self._open.append(_Scope(current, savepoint, len(current.callbacks), current.doomed))
        return current

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        scope = self._open.pop()
        current = scope.session
        current.depth -= 1
        if scope.savepoint is not None:
            _leave_savepoint(scope, failed=kind is not None)
        elif current.depth:
            current.doomed = current.doomed or kind is not None
        else:
            platform.db.end(current, failed=kind is not None)


def _leave_savepoint(scope: _Scope, *, failed: bool) -> None:
    assert scope.savepoint is not None
    doomed_inside = scope.session.doomed and not scope.doomed
    if failed or doomed_inside:
        _roll_back(scope, scope.savepoint)
        if not failed:
            raise RuntimeError(DOOMED)
        return
    try:
        scope.savepoint.commit()
    except BaseException:  # what is flushed only now may be refused too
        _roll_back(scope, scope.savepoint)
        raise


def _roll_back(scope: _Scope, savepoint: SessionTransaction) -> None:
    """Leave the session as it was before the savepoint."""
    current = scope.session
    if current.get_nested_transaction() is savepoint:  # a failed flush has left it in need of a rollback
        savepoint.rollback()
    del current.callbacks[scope.callbacks :]
    current.doomed = scope.doomed


@overload
def transaction(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def transaction(*, nested: bool = False) -> Transaction: ...
def transaction(function: Callable[..., Any] | None = None, /, *, nested: bool = False) -> Any:
    """Do everything inside in one transaction: ``with transaction():``, or ``@transaction`` on a function.

    Inside another transaction it joins that one, or with ``nested=True`` makes a savepoint, whose failure may be
    caught. A decorated function that is outermost runs again (up to `TRIES` times, with growing pauses) when
    writers collide: deadlock, serialisation failure, locked database. Raises ServiceUnavailable (503) when the
    database is away or writers keep colliding. No call to Redis or an outside service inside: SQLite has one writer.
    """
    return Transaction(nested=nested) if function is None else _decorated(function, nested=nested)


def _decorated(function: Callable[P, R], *, nested: bool) -> Callable[P, R]:
    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if platform.db.session().depth:
            with Transaction(nested=nested):
                return function(*args, **kwargs)
        return _run_outermost(lambda: function(*args, **kwargs))

    return run


def _run_outermost(call: Callable[[], R]) -> R:
    for longest in (min(_FIRST_PAUSE * 2**turn, _LONGEST_PAUSE) for turn in range(TRIES - 1)):
        try:
            with Transaction():
                return call()
        except WritersCollided:
            time.sleep(random.uniform(0, longest))
    with Transaction():
        return call()
