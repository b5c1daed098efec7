"""A product that is there already, changed by a draft: by the rules of all changes, noted in its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from addon_sdk import FieldError, ValidationFailed, session, setting
from asoud_product.models import Actor, Product, Status, Variant
from asoud_product.moves import EDITABLE
from asoud_product.problems import NotEditable
from asoud_product.services import life, prices, products, values, variants
from asoud_product.services.completeness import missing_of
from asoud_product.services.editing import REVIEWED, as_json
from asoud_product.services.transfer.drafts import Draft
from asoud_product.services.transfer.errors import Refused, of_product, of_variant, of_variants
from asoud_product.services.transfer.given import product_fields, variant_fields
from asoud_product.services.transfer.layout import RowError, row_error
from asoud_product.services.transfer.place import Place

_Pair = tuple[Any, Any]


class Done(NamedTuple):
    """How many rows of a draft added a variant, and how many changed something."""

    added: int
    changed: int


def change(place: Place, draft: Draft, product: Product, there: list[Variant]) -> Done:
    """Change a locked product and its variants as the draft says; new ones come to ``there``.

    Raises `Refused`, and then nothing is changed.
    """
    try:
        fields = _change_product(place, draft, product)
        fields |= _change_options(draft, product, there)
        work = _Variants(draft, product, there)
        if fields or work.changes:
            _demand_editable(draft, product)
        _demand_complete(draft, product, fields)
    except Refused:
        for each in (product, *there):
            session().expire(each)
        raise
    if not fields and not work.changes:
        return Done(0, 0)
    _settle(product, fields, work)
    there.extend(work.added)
    return Done(len(work.added), len(work.rows | ({draft.first.number} if fields else set()) - work.new_rows))


def _change_product(place: Place, draft: Draft, product: Product) -> dict[str, _Pair]:
    """What differs now, by field, before and after."""
    said = product_fields(place, draft, product)
    given = {name: value for name, value in said.items() if value != _as_given(product, name)}
    if not given:
        return {}
    before = products.snapshot(product)
    shelf = {"shelf_id": given.pop("shelf_id")} if "shelf_id" in given else {}
    try:
        products.fill(product, given)
    except ValidationFailed as failure:
        raise Refused.of(draft, of_product(draft, failure.errors)) from None
    for name, value in shelf.items():
        setattr(product, name, value)
    after = products.snapshot(product)
    return {name: (before[name], after[name]) for name in after if before[name] != after[name]}


def _as_given(product: Product, name: str) -> Any:
    value = getattr(product, name)
    if name == "shipping_options":
        return [{**option, "price": product.money(option["price"])} for option in value]
    return product.money(value) if name in prices.PRICES else value


def _change_options(draft: Draft, product: Product, there: Sequence[Variant]) -> dict[str, _Pair]:
    """Values that are new come to those that are there; other options need a row for each variant."""
    chosen = draft.options()
    if not chosen:
        return {}
    before = {option["name"]: option["values"] for option in product.options}
    missing = {variant.sku for variant in there} - {variant["sku"] for variant in draft.variants}
    if missing and before.keys() != {option["name"] for option in chosen}:
        message = "The options change, so name every variant of the product; {sku} is missing."
        error = row_error(draft.first.number, "option", "options", message, sku=min(missing))
        raise Refused.of(draft, [error])
    after = [
        {**option, "values": list(dict.fromkeys([*before.get(option["name"], ()), *option["values"]]))}
        for option in sorted(chosen, key=lambda option: _place(list(before), option["name"]))
    ]
    if product.options == after:
        return {}
    try:
        options, product.options = product.options, variants.checked_options(after)
    except ValidationFailed as failure:
        raise Refused.of(draft, of_variants(draft, failure.errors)) from None
    return {"options": (options, after)}


def _place(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


class _Variants:
    """The variants of a product, changed and added as a draft says."""

    def __init__(self, draft: Draft, product: Product, there: Sequence[Variant]) -> None:
        """Raises `Refused`."""
        self.added: list[Variant] = []
        self.changes: list[tuple[Variant, dict[str, Any] | None]] = []
        """Each changed variant, with what it was before; None for a new one."""
        self.rows: set[int] = set()
        self.new_rows: set[int] = set()
        self._draft, self._product, self._there = draft, product, tuple(there)
        errors = [*self._filled(), *self._together()]
        if errors:
            raise Refused.of(draft, errors)

    @property
    def all(self) -> list[Variant]:
        """Those that were there, and those that are new."""
        return [*self._there, *self.added]

    def _filled(self) -> Iterator[RowError]:
        known = {variant.sku: variant for variant in self._there}
        for row, given in zip(self._draft.rows, self._draft.variants, strict=True):
            variant = known.get(given["sku"])
            fields = variant_fields(given, self._product)
            if variant is None:
                variant, before = variants.fresh(self._product, len(self.all)), None
                self.added.append(variant)
                self.new_rows.add(row.number)
            else:
                before = variants.snapshot(variant)
                fields = {name: value for name, value in fields.items() if self._differs(variant, name, value)}
                if not fields:
                    continue
                self.rows.add(row.number)
            self.changes.append((variant, before))
            yield from of_variant(row, variants.fill(self._product, variant, fields, ""))

    def _differs(self, variant: Variant, name: str, value: Any) -> bool:
        if name == "choice" and not value:  # nothing was said about it
            return False
        now = getattr(variant, name)
        return bool(value != (self._product.money(now) if name in prices.OWN_PRICES else now))

    def _together(self) -> Iterator[RowError]:
        if self.added and len(self.all) > (most := setting("max_variants")):
            message = "A product has {most} variants at most."
            yield row_error(self._draft.first.number, "group", "too_many_variants", message, most=most)
        elif self.changes:
            alone = len(self.all) == 1
            yield from of_variants(self._draft, (self._placed(each, alone) for each in variants.twice(self.all)))

    def _placed(self, error: FieldError, alone: bool) -> FieldError:
        """The error with the place of the variant's row, instead of its place among all variants."""
        if alone:
            return error
        _, _, place, field = error.pointer.split("/")
        numbers = [given["sku"] for given in self._draft.variants]
        sku = self.all[int(place)].sku
        row = numbers.index(sku) if sku in numbers else 0
        return FieldError(f"/variants/{row}/{field}", error.code, error.message)


def _demand_editable(draft: Draft, product: Product) -> None:
    if product.status not in EDITABLE:
        raise Refused.of(draft, [row_error(draft.first.number, "", NotEditable.code, NotEditable.title)])


def _demand_complete(draft: Draft, product: Product, fields: Mapping[str, _Pair]) -> None:
    """What waits for publication, or is published, stays complete."""
    if product.status in (Status.QUEUE, Status.PUBLISHED) and REVIEWED & fields.keys():
        missing = missing_of(product)
        if missing:
            raise Refused.of(draft, of_product(draft, missing))


def _settle(product: Product, fields: Mapping[str, _Pair], work: _Variants) -> None:
    """All that follows from a change, as from one by hand."""
    session().add_all(work.added)
    if work.added:
        session().flush()  # their prices refer to them
    product.version += 1
    if work.changes or fields.keys() & prices.OFFER_FIELDS:
        prices.settle(product, work.all)
    if fields.keys() & set(prices.PRICE_FIELDS):
        prices.record(product)
    for variant, before in work.changes:
        if any(getattr(variant, name) != (before or {}).get(name) for name in prices.OWN_PRICES):
            prices.record(product, variant)
    life.note(product, product.status, Actor.OWNER, fields=_history(fields, work))
    if fields.keys() & {"attributes", "category_id"}:
        values.index(product)
    if REVIEWED & fields.keys():
        life.requeue(product)


def _history(fields: Mapping[str, _Pair], work: _Variants) -> dict[str, Any]:
    written = {name: [as_json(before), as_json(after)] for name, (before, after) in fields.items()}
    if work.changes:
        after = [variants.snapshot(variant) for variant, _ in work.changes]
        written["variants"] = [as_json([before for _, before in work.changes]), as_json(after)]
    return written
