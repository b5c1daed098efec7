"""Queries narrowed to what the caller may read: one rule per model, and no way to ask without it.

@readable(Document)
def readable_documents(principal: Principal) -> ColumnElement[bool]:
    return own(Document.user_id, principal, unless="users.documents_read")

documents = session().scalars(scoped(select(Document), Document))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import InstrumentedAttribute

from kernel.addons.contributions import contribute
from kernel.db import Model, session
from kernel.errors import NotFound
from kernel.identity.principal import Principal, current_principal

Rule = Callable[[Principal], ColumnElement[bool]]
R = TypeVar("R", bound=Rule)
M = TypeVar("M", bound=Model)
S = TypeVar("S", bound=Select[Any])

_rules: dict[type[Model], Rule] = {}


class UnscopedModelError(RuntimeError):
    """A model is queried for a caller, but nobody said which of its rows callers may read."""


def readable(model: type[Model]) -> Callable[[R], R]:
    """Declare which rows of ``model`` a principal may read, as a condition for the query."""

    def register(rule: R) -> R:
        _rules[model] = rule
        contribute("readable", str(model.__table__), rule, module=rule.__module__)
        return rule

    return register


def own(column: InstrumentedAttribute[Any], principal: Principal, *, unless: str | None = None) -> ColumnElement[bool]:
    """The rows whose ``column`` holds the caller's id; all rows for a caller with the permission ``unless``."""
    if unless is not None and principal.can(unless):
        return true()
    return column == principal.user_id if principal.user_id is not None else false()


def scoped(statement: S, model: type[Model], principal: Principal | None = None) -> S:
    """Narrow a select over ``model`` to the rows that the caller may read.

    Raises `UnscopedModelError` when the model has no rule.
    """
    rule = _rules.get(model)
    if rule is None:
        raise UnscopedModelError(
            f"{model.__module__}.{model.__name__} has no rule for who may read it; "
            f"write one with @readable({model.__name__})."
        )
    return statement.where(rule(principal or current_principal()))


def get_readable(model: type[M], object_id: UUID, *, lock: bool = False, principal: Principal | None = None) -> M:
    """The object with this id. Raises `NotFound` when there is none that the caller may read.

    ``lock`` keeps others from changing the row until the transaction ends.
    """
    statement = scoped(select(model).where(model.id == object_id), model, principal)
    row = session().scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise NotFound
    return row
