"""How many products there are of each market, city, category, label and value: exact up to ten thousand.

What was asked for is looked at once, up to 10,001 rows. If that is all, every count is exact. If there are more, each
value is counted again, up to 10,001 rows, so that no count ever costs more than that: all values that there can be, if
that is known as with choices of an attribute, otherwise those that the rows have. A facet that may so lack values is
named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from asoud_category.models import AttributeType
from asoud_category.services import Attribute, attributes_of, tree
from asoud_market.models import Market
from asoud_region.models import City
from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select, union_all

from addon_sdk import ListArgs, current_language, read_connection
from asoud_product.models import Label, Product, ProductKind, SellType, Value
from asoud_product.services.public import narrowed

MOST = 10_000
"""Up to here counts are exact."""
_VALUES = 30
"""Values that a facet names, the most frequent ones."""
_COLUMNS = {
    "market_id": Product.market_id,
    "city_id": Product.city_id,
    "category_id": Product.category_id,
    "kind": Product.kind,
    "label": Product.label,
    "sell_type": Product.sell_type,
    "is_available": Product.is_purchasable.label("is_available"),
}
_DOMAINS: dict[str, Sequence[Any]] = {
    "kind": tuple(ProductKind),
    "label": tuple(Label),
    "sell_type": tuple(SellType),
    "is_available": (True, False),
}
"""All that these can be."""
_NO_COLUMNS = (
    select(Product.id, *_COLUMNS.values(), Product.current_price)
    .join(Market, and_(Market.id == Product.market_id, Market.is_public))
    .where(Product.is_public)
)


class Count(NamedTuple):
    """A number of products; ``more``: it is more than this."""

    count: int
    more: bool


def count(number: int) -> Count:
    """What is said of a number that was counted up to one beyond the most."""
    return Count(min(number, MOST), number > MOST)


def facets(args: ListArgs) -> dict[str, Any]:
    """The counts for what is asked, with the lowest and highest price. Raises as `public.list_products` does."""
    wanted = args.get("category_id", [])
    statement, params = narrowed(args, _NO_COLUMNS)
    for name, condition in args.query.conditions.items():
        if name in args:
            statement = statement.where(condition.clause(name))
            params.setdefault(name, args[name])
    rows = read_connection().execute(statement.limit(MOST + 1), params).all()
    looked = _Looked(statement, params, rows, args, exact=len(rows) <= MOST, incomplete=[])
    return {
        "total": count(len(rows)),
        "prices": _prices(looked),
        "categories": _categories(looked, wanted),
        "markets": _named(looked, "markets", "market_id", _market_names),
        "cities": _named(looked, "cities", "city_id", _city_names),
        **{name: _plain(looked, name) for name in ("kind", "label", "sell_type", "is_available")},
        "attributes": _attributes(looked, wanted[0] if len(wanted) == 1 else None),
        "incomplete": looked.incomplete,
    }


class _Looked(NamedTuple):
    statement: Select[Any]
    params: Mapping[str, Any]
    rows: Sequence[Any]
    args: ListArgs
    exact: bool
    incomplete: list[str]
    """Names of facets that may have more values than are counted."""

    def frequent(self, name: str) -> Counter[Any]:
        return Counter(getattr(row, name) for row in self.rows if getattr(row, name) is not None)

    def counts(
        self, name: str, found: Counter[Any], condition: Any, domain: Iterable[Any] | None = None
    ) -> dict[Hashable, Count]:
        """The most frequent values with their counts; ``condition(value)`` says which rows have a value.

        ``domain`` is all that there can be, where that is known.
        """
        values = [value for value, _ in found.most_common()]
        if not self.exact:
            values += [value for value in domain or () if value not in found]
        if len(values) > _VALUES or (domain is None and not self.exact):
            self.incomplete.append(name)
        values = values[:_VALUES]
        if self.exact:
            return {value: count(found[value]) for value in values}
        again = zip(values, self._again([condition(value) for value in values]), strict=True)
        return {value: each for value, each in again if each.count}

    def counts_of_column(self, facet: str, name: str) -> dict[Hashable, Count]:
        """The same of a column; of one that was asked for, what was asked for."""
        column = _COLUMNS[name]
        domain = self.args.get(name, _DOMAINS.get(name))
        return self.counts(facet, self.frequent(name), lambda value: column == value, domain)

    def _again(self, conditions: Sequence[ColumnElement[bool]]) -> list[Count]:
        if not conditions:
            return []
        bare = self.statement.with_only_columns(literal_column("1"), maintain_column_froms=True)
        parts = [
            select(literal_column(str(place)).label("place"), func.count().label("number")).select_from(
                bare.where(condition).limit(MOST + 1).subquery()
            )
            for place, condition in enumerate(conditions)
        ]
        rows = read_connection().execute(union_all(*parts), self.params).all()
        return [count(row.number) for row in sorted(rows, key=lambda row: row.place)]


def _plain(looked: _Looked, name: str) -> list[dict[str, Any]]:
    return [{"value": value, **each._asdict()} for value, each in _by_count(looked.counts_of_column(name, name))]


def _named(looked: _Looked, facet: str, name: str, names: Any) -> list[dict[str, Any]]:
    counts = looked.counts_of_column(facet, name)
    titles = names(list(counts)) if counts else {}
    return [{"id": value, "title": titles.get(value, ""), **each._asdict()} for value, each in _by_count(counts)]


def _by_count(counts: Mapping[Any, Count]) -> list[tuple[Any, Count]]:
    return sorted(counts.items(), key=lambda item: (-item[1].count, str(item[0])))


def _market_names(ids: list[UUID]) -> dict[UUID, str]:
    rows = read_connection().execute(select(Market.id, Market.name).where(Market.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _city_names(ids: list[UUID]) -> dict[UUID, str]:
    name = City.name_fa if current_language() == "fa" else City.name_en
    return {row[0]: row[1] for row in read_connection().execute(select(City.id, name).where(City.id.in_(ids)))}


def _prices(looked: _Looked) -> dict[str, int | None]:
    if looked.exact:
        amounts = [row.current_price for row in looked.rows]
        return {"least": min(amounts, default=None), "most": max(amounts, default=None)}
    ends = [looked.statement.with_only_columns(Product.current_price).order_by(order).limit(1) for order in _ENDS]
    least, most = (read_connection().execute(end, looked.params).scalar() for end in ends)
    return {"least": least, "most": most}


_ENDS = (Product.current_price.asc(), Product.current_price.desc())


def _categories(looked: _Looked, wanted: Sequence[UUID]) -> list[dict[str, Any]]:
    """The categories right below the one that was asked for, or the roots, each with all below it."""
    known = tree()
    children = list(_children(wanted))
    parents = {below: parent for parent in children for below in known.subtree(parent)}
    found: Counter[UUID] = Counter()
    for category_id, number in looked.frequent("category_id").items():
        if category_id in parents:
            found[parents[category_id]] += number

    def within(value: UUID) -> ColumnElement[bool]:
        return Product.category_id.in_(known.subtree(value))

    counts = looked.counts("categories", found, within, children)
    titles = {each: _titled(known.node(each).title, known.node(each).title_en) for each in children}
    return [{"id": value, "title": titles[value], **each._asdict()} for value, each in _by_count(counts)]


def _children(wanted: Sequence[UUID]) -> Iterable[UUID]:
    known = tree()
    tops = [each for each in wanted if not set(known.node(each).path[:-1]) & set(wanted)]
    children = (child for parent in tops or [None] for child in known.children(parent))
    return [child for child in children if known.node(child).is_shown]


def _titled(title: str, title_en: str | None) -> str:
    """The one in the caller's language, where there is one."""
    return title if current_language() == "fa" or not title_en else title_en


def _attributes(looked: _Looked, category_id: UUID | None) -> list[dict[str, Any]]:
    """Counts of values of filterable attributes, once one category is chosen."""
    if category_id is None or not looked.rows:
        return []
    filterable = [each for each in attributes_of(category_id) if each.filterable]
    values = _values(looked, [each.key for each in filterable])
    return [_attribute(looked, each, values.get(each.key, Counter())) for each in filterable]


def _values(looked: _Looked, keys: list[str]) -> dict[str, Counter[str]]:
    matched = looked.statement.with_only_columns(Product.id).limit(MOST + 1).subquery()
    query = (
        select(Value.key, Value.text, func.count())
        .join(matched, matched.c.id == Value.product_id)
        .where(Value.key.in_(keys))
        .group_by(Value.key, Value.text)
    )
    found: dict[str, Counter[str]] = {}
    for key, text, number in read_connection().execute(query, looked.params):
        found.setdefault(key, Counter())[text] = number
    return found


def _attribute(looked: _Looked, attribute: Attribute, found: Counter[str]) -> dict[str, Any]:
    def has(text: Any) -> ColumnElement[bool]:
        which = and_(Value.product_id == Product.id, Value.key == attribute.key, Value.text == text)
        return select(Value.id).where(which).exists()

    titles = {choice["value"]: _titled(choice["title"], choice.get("title_en")) for choice in attribute.choices}
    counts = looked.counts(f"attributes/{attribute.key}", found, has, _domain(attribute))
    return {
        "key": attribute.key,
        "title": _titled(attribute.title, attribute.title_en),
        "type": attribute.type,
        "unit": attribute.unit,
        "values": [
            {"value": text, "title": titles.get(text, text), **each._asdict()} for text, each in _by_count(counts)
        ],
    }


def _domain(attribute: Attribute) -> Sequence[str] | None:
    """The values that an attribute can have, as the index writes them; None for numbers and texts."""
    if attribute.type is AttributeType.BOOLEAN:
        return ("true", "false")
    return [choice["value"] for choice in attribute.choices] or None
