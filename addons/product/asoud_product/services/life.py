"""A product's life: each move in one place, with its history and its events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from asoud_market.services import get_market
from sqlalchemy import false, or_, select, update

from addon_sdk import (
    NotFound,
    PermissionDenied,
    ValidationFailed,
    current_principal,
    now,
    publish,
    session,
    setting,
    transaction,
)
from asoud_product.events import StatusChanged
from asoud_product.models import Actor, Change, Product, Status
from asoud_product.moves import EDITABLE, PUBLIC, QUEUE, may_move, moves_of
from asoud_product.problems import MoveNotAllowed
from asoud_product.services import words
from asoud_product.services.access import actors_of, get_product, lock_products, product_of
from asoud_product.services.completeness import demand_complete, missing_of


@transaction
def move(market_id: UUID, product_id: UUID, to: Status, *, reason: str = "") -> Product:
    """Lead a product on as the caller. Raises NotFound, PermissionDenied, `MoveNotAllowed`, `Incomplete`."""
    product = product_of(market_id, product_id, "product.view", lock=True)
    actors = actors_of(product)
    if not actors:
        raise PermissionDenied
    if to not in _offered(product, actors):
        raise MoveNotAllowed(**_allowed(product, actors))
    if to is QUEUE:
        return into_queue(product, Actor.OWNER, reason)
    return step(product, to, _acting(product.status, to, actors), reason)


@transaction
def decide(decisions: Sequence[tuple[UUID, int]], to: Status, *, reason: str = "") -> list[Product]:
    """Decide on several products at once, as the site's staff: all or none.

    Each decision names the product and the version that was looked at. Raises `MoveNotAllowed`, `Incomplete`, and
    ValidationFailed for a product that isn't there, has changed since, or is named twice.
    """
    named = select(Product.market_id).where(Product.id.in_([product_id for product_id, _ in decisions]))
    lock_products(*session().scalars(named.distinct()))
    in_order = sorted(enumerate(decisions), key=lambda each: each[1][0])  # nobody waits for one who waits for him
    return [step(_seen(place, *seen), to, Actor.ADMIN, reason) for place, seen in in_order]


def _seen(place: int, product_id: UUID, version: int) -> Product:
    try:
        product = get_product(product_id, lock=True)
    except NotFound:
        raise ValidationFailed.unknown(f"products/{place}/id") from None
    if product.version != version:
        raise ValidationFailed.of(
            f"/products/{place}/version", "stale", "The product has changed since; look at it again."
        )
    return product


def into_queue(product: Product, actor: Actor, reason: str = "") -> Product:
    """Queue a locked product; where nobody reviews it is published at once. Raises `Incomplete`."""
    demand_complete(product)
    step(product, QUEUE, actor, reason)
    return product if setting("reviews") else step(product, PUBLIC, Actor.SYSTEM, "no_review")


def requeue(product: Product) -> None:
    """Send a published product that was edited back to the queue; others stay where they are.

    What waits for publication, or is published, stays complete. Raises `Incomplete`.
    """
    if product.status is QUEUE:
        demand_complete(product)
    elif product.status is PUBLIC:
        into_queue(product, Actor.SYSTEM, "edited")


def step(product: Product, to: Status, actor: Actor, reason: str = "") -> Product:
    """Make one move of a locked product, with all that follows from it. Raises `MoveNotAllowed`, `Incomplete`."""
    before = product.status
    if not may_move(before, to, frozenset((actor,))):
        raise MoveNotAllowed(**_allowed(product, frozenset((actor,))))
    if to is PUBLIC:
        demand_complete(product)
    product.status = to
    product.is_public = to is PUBLIC and get_market(product.market_id).is_public
    product.version += 1
    if to is PUBLIC and not _was_public(product):
        product.listed_at = now()
    if product.is_public:
        words.learn([product.search_key])
    note(product, before, actor, reason=reason)
    session().flush()
    publish(
        StatusChanged(
            product_id=product.id,
            market_id=product.market_id,
            from_status=before.value,
            to_status=to.value,
            is_public=product.is_public,
        )
    )
    return product


def note(
    product: Product,
    before: Status | None,
    actor: Actor,
    *,
    fields: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write one line of the product's history."""
    session().add(
        Change(
            product_id=product.id,
            actor=actor,
            by_id=None if actor is Actor.SYSTEM else current_principal().user_id,
            from_status=before,
            to_status=product.status,
            fields=fields or {},
            reason=reason,
        )
    )


def actions(market_id: UUID, product_id: UUID) -> dict[str, Any]:
    """What the caller may do with a product now: the very rules by which it is then done. Raises NotFound."""
    product = product_of(market_id, product_id, "product.view")
    actors = actors_of(product)
    may_edit = Actor.OWNER in actors and product.status in EDITABLE
    return {
        "status": product.status,
        "moves": _offered(product, actors),
        "may_edit": may_edit,
        "may_delete": may_edit,
        "missing": [error.pointer for error in missing_of(product)],
    }


@transaction
def follow_market(market_id: UUID) -> int:
    """Show or hide a market's products as the market itself is shown, and keep its place; how many have changed."""
    lock_products(market_id)
    market = get_market(market_id)
    place = {name: getattr(market, name) for name in ("province_id", "city_id")}
    shown = (Product.status == PUBLIC) if market.is_public else false()
    other = [Product.is_public != shown, *(getattr(Product, name).is_distinct_from(place[name]) for name in place)]
    changed = {"is_public": shown, "version": Product.version + 1, **place}
    change = update(Product).where(Product.market_id == market_id, or_(*other)).values(changed)
    count = int(session().execute(change, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]  # a DML result
    if count and market.is_public:
        words.learn_of_market(market_id)
    return count


def _acting(status: Status, to: Status, actors: frozenset[Actor]) -> Actor:
    """As whom a caller moves who may as both: as staff, so that the owner sees who it was."""
    both = (Actor.ADMIN, Actor.OWNER)
    return next(actor for actor in both if actor in actors and may_move(status, to, frozenset((actor,))))


def _allowed(product: Product, actors: frozenset[Actor]) -> dict[str, Any]:
    found = [to.value for to in _offered(product, actors)]
    return {"product_id": str(product.id), "product_status": product.status.value, "allowed": found}


def _offered(product: Product, actors: frozenset[Actor]) -> list[Status]:
    """Where the caller may lead the product. To the public only a decision leads, which names the version it saw."""
    return [to for to in moves_of(product.status, actors) if to is not PUBLIC]


def _was_public(product: Product) -> bool:
    """Whether it was published before: coming back after an edit makes nothing new."""
    before = select(Change.id).where(Change.product_id == product.id, Change.to_status == PUBLIC)
    return session().scalar(before.limit(1)) is not None
