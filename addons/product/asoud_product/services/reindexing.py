"""The index of values, after an editor has changed the attributes of categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from asoud_category.services.attributes import inherited, read_attributes
from asoud_category.services.catalogue import read_tree
from sqlalchemy import delete, select, update

from addon_sdk import NotFound, publish, session, transaction
from asoud_product.events import ProductsChanged
from asoud_product.models import Product, Value
from asoud_product.services import values

_BATCH = 500
_COLUMNS = (Product.id, Product.market_id, Product.category_id, Product.listed_at, Product.attributes)


def reindex(category_id: UUID) -> int:
    """Index anew what stands in a category and all below it; how many products. Running twice does no harm.

    One transaction for each batch, so that owners who edit meanwhile hardly wait.
    """
    try:
        category_ids = read_tree().subtree(category_id)
    except NotFound:  # gone meanwhile, and nothing stood in it
        return 0
    markets: set[UUID] = set()
    done, last = 0, None
    while batch := _reindex(category_ids, last):
        markets.update(row.market_id for row in batch)
        done, last = done + len(batch), batch[-1].id
    _tell(markets)
    return done


@transaction
def _reindex(category_ids: Sequence[UUID], after: UUID | None) -> Sequence[Any]:
    query = select(*_COLUMNS).where(Product.category_id.in_(category_ids)).order_by(Product.id).limit(_BATCH)
    if after is not None:
        query = query.where(Product.id > after)
    batch = session().execute(query.with_for_update(key_share=True)).all()
    # Read once the rows are locked: of two jobs the later one to lock has seen the later change.
    tree, attributes = read_tree(), read_attributes()
    described = [row for row in batch if row.attributes]
    ids = [row.id for row in described]
    session().execute(delete(Value).where(Value.product_id.in_(ids)))
    values.store(
        term
        for row in described
        for term in values.indexed(
            row.id, row.listed_at, inherited(tree.node(row.category_id).path, attributes), row.attributes
        )
    )
    newer = update(Product).where(Product.id.in_(ids)).values(version=Product.version + 1)  # its owner sees other ones
    session().execute(newer, execution_options={"synchronize_session": False})
    return batch


@transaction
def _tell(market_ids: set[UUID]) -> None:
    for market_id in sorted(market_ids):
        publish(ProductsChanged(market_id=market_id))
