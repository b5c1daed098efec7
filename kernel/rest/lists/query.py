"""`ListQuery`: the parameters of a list, declared once: filters, order, page size."""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import has_app_context
from marshmallow import ValidationError, post_load, validate, validates_schema
from marshmallow import fields as marshmallow_fields

from kernel.rest import fields
from kernel.rest.extensions import extension_field, live_extensions
from kernel.rest.messages import Message
from kernel.rest.schema import Schema
from kernel.runtime import platform

DEFAULT_LIMIT = 20
_MOST_VALUES = 100
_LONGEST_CURSOR = 2000
_RANGED = (
    marshmallow_fields.Number,
    marshmallow_fields.Date,
    marshmallow_fields.DateTime,
    fields.Timestamp,
)


class AnyOf(marshmallow_fields.List[Any]):
    """A filter whose parameter may be repeated: rows with any of the values. ``status=new&status=paid``."""

    def __init__(self, inner: marshmallow_fields.Field[Any], column: Any, **kwargs: Any) -> None:
        super().__init__(inner, validate=validate.Length(min=1, max=_MOST_VALUES), **kwargs)
        self.column = column


class Between(marshmallow_fields.Field[Any]):
    """A filter with two parameters, both inclusive: ``price = Between(...)`` gives ``price_min`` and ``price_max``."""

    def __init__(self, inner: marshmallow_fields.Field[Any], column: Any) -> None:
        super().__init__()
        self.inner = inner
        self.column = column


class Condition(NamedTuple):
    """How one parameter restricts the rows."""

    column: Any
    compare: Callable[[Any, Any], Any] | None
    """None: the column is any of the values."""

    def clause(self, name: str) -> Any:
        """The SQL condition with a bind parameter called ``name``."""
        bound = sa.bindparam(name, type_=self.column.type, expanding=self.compare is None)
        return self.column.in_(bound) if self.compare is None else self.compare(self.column, bound)


class Order(NamedTuple):
    """One order that a list can have."""

    name: str
    column: Any
    descending: bool


class ListArgs(dict[str, Any]):
    """What a `ListQuery` loads: the parameters that were sent, and ``query``, which knows what they mean."""

    def __init__(self, query: ListQuery, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.query = query


class ListQuery(Schema):
    """Base of the query schema of a list.

        class ProductQuery(ListQuery):
            status = AnyOf(fields.Enum(Status), Product.status)
            price = Between(fields.Integer(), Product.price_amount)

            class Meta:
                model = Product
                sort = {"price": Product.price_amount, "created_at": Product.created_at}
                default_sort = "-created_at"

    ``limit``, ``cursor`` and ``sort`` come by themselves, and so do filters on filterable fields that enabled addons
    add to the model. Without ``Meta.sort`` a list is ordered by its key, newest first. ``Meta.key`` is a unique
    column that breaks ties, by default the model's id. Fields that are no filters are for the view.
    """

    def __init__(self, **options: Any) -> None:
        self.conditions: dict[str, Condition] = {}
        self.extensions: tuple[str, ...] = ()
        """Attributes that enabled addons add to the model's rows."""
        super().__init__(**options)

    def fields_now(self) -> dict[str, marshmallow_fields.Field[Any]]:
        """The declared parameters with filters spelled out, those of extensions, and the three of every list."""
        declared: dict[str, marshmallow_fields.Field[Any]] = dict(type(self)._declared_fields)
        extensions = live_extensions(self.model())
        self.extensions = tuple(extension.attribute for extension in extensions)
        for extension in extensions:
            if extension.filterable:
                inner = extension_field(extension)
                inner.dump_only, inner.allow_none = False, False
                kind = Between if isinstance(inner, _RANGED) else AnyOf
                declared[extension.attribute] = kind(inner, getattr(extension.model, extension.attribute))
        spelled: dict[str, marshmallow_fields.Field[Any]] = {}
        for name, field in declared.items():
            spelled.update(self._spell_out(name, field))
        return {**spelled, **self._common()}

    def _spell_out(self, name: str, field: marshmallow_fields.Field[Any]) -> dict[str, marshmallow_fields.Field[Any]]:
        if isinstance(field, AnyOf):
            self.conditions[name] = Condition(field.column, None)
        if not isinstance(field, Between):
            return {name: field}
        self.conditions[f"{name}_min"] = Condition(field.column, operator.ge)
        self.conditions[f"{name}_max"] = Condition(field.column, operator.le)
        return {f"{name}_min": copy.copy(field.inner), f"{name}_max": copy.copy(field.inner)}

    def _common(self) -> dict[str, marshmallow_fields.Field[Any]]:
        most = platform.settings.max_page_size if has_app_context() else DEFAULT_LIMIT
        common: dict[str, marshmallow_fields.Field[Any]] = {
            "limit": fields.Integer(
                load_default=min(DEFAULT_LIMIT, most),
                validate=validate.Range(1, most),
                metadata={"description": "How many items a page has."},
            ),
            "cursor": fields.String(
                validate=validate.Length(max=_LONGEST_CURSOR),
                metadata={"description": "The `next` of the page before."},
            ),
        }
        names = [sign + name for name in self.sorts() for sign in ("", "-")]
        if names:
            common["sort"] = fields.String(
                validate=validate.OneOf(names),
                metadata={"description": f"Order; `-` is descending. By default `{self.default_sort()}`."},
            )
        return common

    @classmethod
    def sorts(cls) -> Mapping[str, Any]:
        """The columns that the list can be ordered by."""
        found: Mapping[str, Any] = getattr(cls.Meta, "sort", {})
        return found

    @classmethod
    def default_sort(cls) -> str:
        """The order of a list that nobody ordered otherwise; the empty name is the key's."""
        default: str = getattr(cls.Meta, "default_sort", next((f"-{name}" for name in cls.sorts()), "-"))
        return default

    @classmethod
    def key(cls) -> Any:
        """The unique column that breaks ties. Raises TypeError when neither key nor model is named."""
        model = cls.model()
        key = getattr(cls.Meta, "key", None)
        if key is None and model is None:
            raise TypeError(f"{cls.__qualname__}: name the model, or a unique column as key, in its Meta.")
        return model.id if key is None and model is not None else key

    @classmethod
    def order(cls, sort: str) -> Order:
        """The order called ``sort``, such as ``-price``."""
        name = sort.removeprefix("-")
        return Order(sort, cls.sorts()[name] if name else cls.key(), sort.startswith("-"))

    @validates_schema
    def _ranges_in_order(self, values: dict[str, Any], **kwargs: Any) -> None:
        message = Message("range", "A range must not end before it begins.")
        pairs = ((name, f"{name.removesuffix('_min')}_max") for name in self.conditions if name in values)
        if backwards := [end for start, end in pairs if end in values and values[end] < values[start]]:
            raise ValidationError({end: [message] for end in backwards})

    @post_load
    def _with_meaning(self, values: dict[str, Any], **kwargs: Any) -> ListArgs:
        return ListArgs(self, values)
