"""Where drafts go, and what they may name there."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from asoud_category.services import Attribute, Node, choose_category, tree
from asoud_iran.services import fold_for_uniqueness
from asoud_market.models import Market
from asoud_market.services import get_market

from addon_sdk import ValidationFailed
from asoud_product.models import Shelf
from asoud_product.services.access import lock_products
from asoud_product.services.shelves import shelves_of
from asoud_product.services.values import attributes_for


@dataclass(slots=True)
class Place:
    """A market with its shelves by name, in any spelling, and all categories by slug; looked up once for a batch."""

    market: Market
    _shelves: dict[str, list[Shelf]]
    categories: dict[str, Node]
    _attributes: dict[UUID, tuple[Attribute, ...]] = field(default_factory=dict)
    _held: dict[UUID, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, market_id: UUID) -> Place:
        """As it is now. Nobody else adds or edits products of the market until the transaction ends."""
        lock_products(market_id)
        market = get_market(market_id)
        shelves: dict[str, list[Shelf]] = {}
        for shelf in shelves_of(market_id):
            shelves.setdefault(fold_for_uniqueness(shelf.name), []).append(shelf)
        return cls(market, shelves, {node.slug: node for node in tree().nodes.values()})

    def shelves_called(self, name: str) -> list[Shelf]:
        """The market's shelves of this name, in their order."""
        return self._shelves.get(fold_for_uniqueness(name), [])

    def may_take(self, node: Node) -> bool:
        """Whether products may be put into a category; it then stays until the transaction ends."""
        if node.id not in self._held:
            try:
                choose_category(node.id)
                self._held[node.id] = True
            except ValidationFailed:
                self._held[node.id] = False
        return self._held[node.id]

    def attributes_of(self, category_id: UUID | None) -> tuple[Attribute, ...]:
        """The attributes of a category; none of one that is gone."""
        if category_id is None:
            return ()
        if category_id not in self._attributes:
            self._attributes[category_id] = attributes_for(category_id)
        return self._attributes[category_id]
