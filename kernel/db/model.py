"""The base of every table: key, timestamps, and names and ownership taken from the module that it stands in."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from kernel.addons.discovery import owner_of
from kernel.clock import now
from kernel.db.types import JSON, UTCDateTime, new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, or a migration could not drop it on both databases."""

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_registries: dict[str, registry] = {}


class ModelRefused(TypeError):
    """A model breaks a rule; the message names its owner, the rule and the mend."""


class Model(DeclarativeBase):
    """Base of every model, the kernel's and the addons'.

    The table is called ``<owner>_<class_in_snake_case>``, or as ``__tablename__`` says, which must start with
    ``<owner>_``. Two addons may have classes of the same name: a class name in a relationship means the owner's own.
    A foreign key into another addon's table says CASCADE or SET NULL, so that no addon keeps another from deleting.
    Raises `ModelRefused` when a name is taken or lacks its owner, or a foreign key would hold another's rows.
    """

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime(),
        UUID: sa.Uuid(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-10)
    created_at: Mapped[datetime] = mapped_column(default=now, sort_order=900)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now, sort_order=901)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        owner = owner_of(cls.__module__)
        # SQLAlchemy has no public way to give a subclass another registry than its base's.
        cls._sa_registry = registry_of(owner)
        if not cls.__dict__.get("__abstract__"):
            _check_class_name(cls, owner)
            _name_table(cls, owner)
        super().__init_subclass__(**kwargs)
        table = cls.__dict__.get("__table__")
        if isinstance(table, Table):
            _mark(table, owner)
            _check_foreign_keys(cls, table, owner)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {sa.inspect(self).identity or 'new'}>"


def registry_of(owner: str) -> registry:
    """The mappings of one owner's models. Broken ones stop only those that refer to them."""
    if owner not in _registries:
        _registries[owner] = registry(
            metadata=Model.metadata, class_registry={}, type_annotation_map=Model.type_annotation_map
        )
    return _registries[owner]


def forget_models(owner: str) -> None:
    """Take all models of ``owner`` out of the mapping, because they cannot be used."""
    registry_of(owner).dispose(cascade=True)
    del _registries[owner]  # a disposed registry still lists its mappers
    for table in [table for table in Model.metadata.tables.values() if table.info.get("owner") == owner]:
        Model.metadata.remove(table)


def lets_delete(key: ForeignKey) -> bool:
    """Whether the row that the key points at can be deleted, whoever points at it."""
    return (key.ondelete or "").upper() in ("CASCADE", "SET NULL")


def _check_class_name(cls: type[Model], owner: str) -> None:
    for mapper in registry_of(owner).mappers:
        other = mapper.class_
        if other.__name__ == cls.__name__:
            raise ModelRefused(
                f"{owner}: {cls.__module__} and {other.__module__} both define a model {cls.__name__}. "
                "A class name must be unique in its addon; rename one."
            )


def _name_table(cls: type[Model], owner: str) -> None:
    inherited = any(hasattr(base, "__table__") for base in cls.__mro__[1:])
    if inherited and "__tablename__" not in cls.__dict__:
        return
    if not isinstance(cls.__dict__.get("__tablename__"), str) and "__table__" not in cls.__dict__:
        cls.__tablename__ = f"{owner}_{_WORD.sub('_', cls.__name__).lower()}"
    name = cls.__tablename__
    if not name.startswith(f"{owner}_"):
        raise ModelRefused(
            f"{owner}: the table of {cls.__module__}.{cls.__name__} is called {name!r}. "
            f"A table's name starts with its owner's; call it {owner}_{name!s}."
        )
    if (there := Model.metadata.tables.get(name)) is not None:
        raise ModelRefused(
            f"{owner}: {cls.__module__}.{cls.__name__} wants the table {name!r}, which "
            f"{there.info.get('owner', 'an unnamed owner')} has already. Give it another __tablename__."
        )


def _mark(table: Table, owner: str) -> None:
    table.info.setdefault("owner", owner)
    for column in table.columns:
        column.info.setdefault("owner", owner)


def _check_foreign_keys(cls: type[Model], table: Table, owner: str) -> None:
    for key in table.foreign_keys:
        there = Model.metadata.tables.get(key.target_fullname.rpartition(".")[0])
        host = owner if there is None else there.info.get("owner", owner)
        if host != owner and not lets_delete(key):
            raise ModelRefused(
                f"{owner}: {cls.__module__}.{cls.__name__}.{key.parent.name} points at {key.target_fullname} and "
                f'would stop {host} from deleting rows; give it ondelete="CASCADE" or ondelete="SET NULL".'
            )
