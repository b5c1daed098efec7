"""A batch of drafts in one transaction: new products by a statement for each table, changed ones one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from asoud_category.services import tree
from asoud_category.services.attributes import all_attributes
from sqlalchemy import select

from addon_sdk import publish, session, transaction
from asoud_product.events import ProductsChanged
from asoud_product.models import Product, Variant
from asoud_product.services import prices
from asoud_product.services.transfer.changing import change
from asoud_product.services.transfer.creating import Created
from asoud_product.services.transfer.drafts import Draft
from asoud_product.services.transfer.errors import Refused
from asoud_product.services.transfer.layout import RowError, row_error
from asoud_product.services.transfer.place import Place


@dataclass(slots=True)
class Outcome:
    """What became of some rows."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many there were."""
        return self.created + self.changed + self.unchanged + self.wrong

    def refuse(self, draft: Draft) -> None:
        """Count a draft that is left out."""
        self.wrong += len(draft.rows)
        self.errors.extend(draft.errors)


class _Undo(Exception):
    """Ends the transaction of a batch that is only checked."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def store(market_id: UUID, drafts: Sequence[Draft], *, check_only: bool) -> Outcome:
    """Add and change the products of these drafts, all that is right of them; the caller's name stands in the history.

    With ``check_only`` the very same is done, and undone.
    """
    tree(), all_attributes()  # into the cache before the transaction, which must not fill it
    try:
        return _stored(market_id, drafts, check_only)
    except _Undo as undone:
        return undone.outcome


@transaction
def _stored(market_id: UUID, drafts: Sequence[Draft], check_only: bool) -> Outcome:
    outcome = Outcome()
    _write(Place.of(market_id), drafts, outcome)
    if check_only:
        raise _Undo(outcome)
    if outcome.created or outcome.changed:
        publish(ProductsChanged(market_id=market_id))
    return outcome


def _write(place: Place, drafts: Sequence[Draft], outcome: Outcome) -> None:
    there = _Existing(place.market.id, [draft for draft in drafts if not draft.errors])
    created = Created(place.market)
    with session().no_autoflush:
        for draft in drafts:
            if draft.errors:
                outcome.refuse(draft)
                continue
            try:
                _one(place, draft, there, created, outcome)
            except Refused as refused:
                outcome.wrong += len(draft.rows)
                outcome.errors.extend(refused.errors)
    session().flush()
    created.insert()


def _one(place: Place, draft: Draft, there: _Existing, created: Created, outcome: Outcome) -> None:
    found = there.product_of(draft)
    if found is None:
        created.add(place, draft)
        outcome.created += len(draft.rows)
        return
    product, variants = found
    done = change(place, draft, product, variants)
    outcome.created += done.added
    outcome.changed += done.changed
    outcome.unchanged += len(draft.rows) - done.added - done.changed


class _Existing:
    """The products that drafts name by the numbers of their variants, locked for a change."""

    def __init__(self, market_id: UUID, drafts: Sequence[Draft]) -> None:
        numbers = [variant["sku"] for draft in drafts for variant in draft.variants]
        named = select(Variant.sku, Variant.product_id).where(Variant.market_id == market_id, Variant.sku.in_(numbers))
        self._owners: dict[str, UUID] = dict(session().execute(named).all())
        ids = sorted(set(self._owners.values()))
        wanted = select(Product).where(Product.id.in_(ids)).order_by(Product.id).with_for_update()
        found = session().scalars(wanted.execution_options(populate_existing=True)) if ids else ()
        self._products = {product.id: product for product in found}
        self._variants = prices.variants_by_product(ids) if ids else {}
        self._seen: set[UUID] = set()

    def product_of(self, draft: Draft) -> tuple[Product, list[Variant]] | None:
        """The product of a draft and its variants; None when it is new. Raises `Refused` for several products."""
        owner: UUID | None = None
        errors = []
        for row, variant in zip(draft.rows, draft.variants, strict=True):
            found = self._owners.get(variant["sku"])
            if found is not None and owner is not None and found != owner:
                message = "This number belongs to another product than the rows above."
                errors.append(row_error(row.number, "sku", "other_product", message))
            owner = owner or found
        if errors:
            raise Refused.of(draft, errors)
        return None if owner is None else self._taken(owner)

    def _taken(self, product_id: UUID) -> tuple[Product, list[Variant]]:
        """A refused draft is undone in memory, so what an earlier one did to the product is written first."""
        if product_id in self._seen:
            session().flush()
        self._seen.add(product_id)
        return self._products[product_id], self._variants[product_id]
