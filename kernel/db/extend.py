"""Columns that one addon adds to another's model, declared where the addon's code is and mapped by the loader."""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column
from sqlalchemy.orm import MappedColumn
from sqlalchemy.types import NullType

from kernel.addons.contributions import Contribution, contribute
from kernel.addons.discovery import owner_of
from kernel.db.model import Model, lets_delete


class ExtensionRefused(ValueError):
    """A column that `extend` may not add; the message names the addons, the rule and the mend."""


@dataclass(frozen=True)
class Field:
    """An extension column with its face in the API.

    ``field`` is the marshmallow field of schemas that belong to the model, made from the column's type when absent;
    ``filterable`` lets lists be filtered by it, ``writable`` takes it as input.
    """

    column: MappedColumn[Any]
    field: Any = None
    filterable: bool = False
    writable: bool = False


@dataclass(frozen=True)
class Extension:
    """One column that ``owner`` adds to ``model``; ``attribute`` is its name in Python, in the table and in JSON."""

    owner: str
    name: str
    model: type[Model]
    mapped: MappedColumn[Any]
    field: Any = None
    filterable: bool = False
    writable: bool = False

    @property
    def attribute(self) -> str:
        """``<addon>_<name>``."""
        return f"{self.owner}_{self.name}"

    @property
    def column(self) -> Column[Any]:
        """The column in the model's table."""
        return self.mapped.column


_applied: defaultdict[type[Model], dict[str, Extension]] = defaultdict(dict)


def extend(model: type[Model], **fields: MappedColumn[Any] | Field) -> None:
    """Add columns to another addon's model: ``extend(User, points=mapped_column(Integer, server_default="0"))``.

    Each is nullable or has a server default, and a foreign key says CASCADE or SET NULL, because the table outlives
    the addon. The loader refuses what breaks a rule and quarantines the addon with the reason.
    """
    module = sys._getframe(1).f_globals["__name__"]
    for name, value in fields.items():
        field = value if isinstance(value, Field) else Field(value)
        extension = Extension(
            owner_of(module), name, model, field.column, field.field, field.filterable, field.writable
        )
        contribute("extension", f"{model.__tablename__}.{extension.attribute}", extension, module=module)


def apply_extension(contribution: Contribution) -> None:
    """Map an extension's column. Does nothing when it is mapped already. Raises `ExtensionRefused`."""
    extension: Extension = contribution.value
    if extension.attribute in _applied[extension.model]:
        return
    _check(extension)
    column = extension.column
    column.name = column.key = extension.attribute
    column.info["owner"] = extension.owner
    setattr(extension.model, extension.attribute, extension.mapped)
    _applied[extension.model][extension.attribute] = extension


def extensions_of(model: type[Model]) -> list[Extension]:
    """The extensions that are mapped on ``model``, in the order in which their addons were loaded."""
    return list(_applied[model].values()) if model in _applied else []


def extended_by() -> set[tuple[str, str]]:
    """Which addon has extended a model of which in this process, for good: ``(owner, host)``."""
    there = [(model, added) for model, added in _applied.items() if model.__tablename__ in Model.metadata.tables]
    return {(each.owner, _host(model)) for model, added in there for each in added.values()}


def _host(model: type[Model]) -> str:
    host: str = Model.metadata.tables[model.__tablename__].info["owner"]
    return host


def _check(extension: Extension) -> None:
    column, model = extension.column, extension.model
    host = _host(model)
    where = f"{extension.owner}: extend({model.__name__}, {extension.name}=...) on a table of {host}"
    if host == extension.owner:
        raise ExtensionRefused(f"{where}: this is its own model; write the column there.")
    if hasattr(model, extension.attribute):
        raise ExtensionRefused(f"{where}: {host} has an attribute {extension.attribute} itself; choose another name.")
    if not column.nullable and column.server_default is None:
        raise ExtensionRefused(
            f"{where}: the column must be nullable or have a server_default, since {host} writes "
            "rows without it; give it one."
        )
    if isinstance(column.type, NullType) and not column.foreign_keys:
        raise ExtensionRefused(f"{where}: the column has no type; write mapped_column(Integer, ...), say.")
    for key in column.foreign_keys:
        if not lets_delete(key):
            raise ExtensionRefused(
                f"{where}: its foreign key would stop {host} from deleting rows; "
                'give it ondelete="CASCADE" or ondelete="SET NULL".'
            )
