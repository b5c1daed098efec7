"""Rules that two people, or a person and the clock, could break together; by real threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from asoud_market.models import Status as MarketStatus
from asoud_market.services import life as market_life
from asoud_market.testing import publish_market
from asoud_product.models import Product, ProductKind, Shelf, Status, Variant
from asoud_product.services import life, prices, products, shelves, variants
from asoud_product.testing import make_product
from sqlalchemy import select

from addon_sdk import Money, Principal, Problem, ValidationFailed, acting_as

Act = Callable[[], object]


@pytest.fixture
def done(at_once: Any, owner: Any) -> Callable[[Sequence[Act]], list[str]]:
    """Does several things at the same moment, as owner and as the site's staff in one person."""

    def run(acts: Sequence[Act]) -> list[str]:
        def one(act: Act) -> None:
            with acting_as(Principal(user_id=owner.user_id, permissions=frozenset(("product.moderate",)))):
                act()

        answers = at_once(*(partial(one, act) for act in acts))
        return sorted("done" if answer is None else said(answer) for answer in answers)

    return run


def said(problem: Problem) -> str:
    if isinstance(problem, ValidationFailed):
        return " ".join(f"{error.pointer} {error.code}" for error in problem.errors)
    return problem.code


def given(**values: Any) -> dict[str, Any]:
    return {"kind": ProductKind.GOOD, "name": "نان سنگک", "main_price": Money(250_000, "IRR"), **values}


def test_one_of_many_gets_a_number(done: Any, market: UUID, db: Any) -> None:
    bread = given(variants=[{"sku": "A-1"}])
    answers = done([lambda: products.create_product(market, bread)] * 4)
    assert answers == [*["/variants/0/sku taken"] * 3, "done"]
    assert (db.count(Product), db.count(Variant)) == (1, 1)


def test_two_variants_of_different_products_do_not_get_one_number(
    app: Any, done: Any, market: UUID, owner: Any, db: Any
) -> None:
    options = [{"name": "رنگ", "values": ["سرخ", "آبی"]}]
    red, blue = {"choice": {"رنگ": "سرخ"}}, {"choice": {"رنگ": "آبی"}, "sku": "B-1"}
    with app.app_context():
        made = [make_product(market, owner.user_id, options=options, variants=[red]) for _ in range(3)]
    answers = done([lambda each=each: variants.add(market, each, blue) for each in made])
    assert answers == ["/sku taken", "/sku taken", "done"]
    assert db.count(Variant) == 4


def test_of_two_moderators_one_decides(app: Any, done: Any, market: UUID, owner: Any, published: Any) -> None:
    found = [UUID(published(name=f"کالای {number}")) for number in range(3)]
    with app.app_context():
        seen = [(each.id, each.version) for each in map(products_of(app), found)]
    answers = done(
        [
            lambda: life.decide(seen, Status.NEEDS_EDITING),
            lambda: life.decide(seen[::-1], Status.INACTIVE),
        ]
    )
    assert answers[1] == "done"
    assert answers[0].startswith("/products/")
    assert answers[0].endswith("/version stale")
    with app.app_context():
        assert len({product.status for product in map(products_of(app), found)}) == 1, "all or none"


def test_nobody_publishes_what_its_owner_has_just_changed(
    app: Any, done: Any, market: UUID, owner: Any, published: Any
) -> None:
    product_id = UUID(published())
    with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
        version = products.change_product(market, product_id, {"name": "نان در صف"}).version
    decide = lambda: life.decide([(product_id, version)], Status.PUBLISHED)  # noqa: E731
    edit = lambda: products.change_product(market, product_id, {"name": "نانی که کسی ندید"})  # noqa: E731
    answers = done([decide, edit])
    with app.app_context():
        product = products_of(app)(product_id)
        assert product.status is Status.QUEUE, "changed after the decision it waits again; before it nobody decides"
    assert answers in (["/products/0/version stale", "done"], ["done", "done"])


def test_a_product_is_shown_whichever_is_published_first(
    app: Any, done: Any, market: UUID, owner: Any, published: Any
) -> None:
    """The product, or its market."""
    product_id = UUID(published())
    with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
        market_life.move(market, MarketStatus.PAID_NON_PUBLICATION)
        life.follow_market(market)
        version = products.change_product(market, product_id, {"name": "نان در صف"}).version

    def open_market() -> None:
        publish_market(market, owner.user_id)
        life.follow_market(market)

    assert done([open_market, lambda: life.decide([(product_id, version)], Status.PUBLISHED)]) == ["done"] * 2
    with app.app_context():
        assert products_of(app)(product_id).is_public


def test_shelves_keep_one_order_of_all(app: Any, done: Any, market: UUID, owner: Any, db: Any) -> None:
    with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
        made = [shelves.add_shelf(market, f"قفسهٔ {number}").id for number in range(4)]
    turns = [made[place:] + made[:place] for place in range(4)]
    acts = [lambda order=order: shelves.order_shelves(market, order) for order in turns]
    assert done([*acts, lambda: shelves.add_shelf(market, "تازه")])[-1] == "done"
    positions = db.all(select(Shelf.position).where(Shelf.market_id == market).order_by(Shelf.position))
    assert positions == [0, 1, 2, 3, 4]


def test_a_product_stands_on_the_shelf_that_took_it_last(
    app: Any, done: Any, market: UUID, owner: Any, published: Any
) -> None:
    with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
        one, two = (shelves.add_shelf(market, name).id for name in ("نو", "کهنه"))
    found = [UUID(published(name=f"کالای {number}")) for number in range(4)]
    fill = [(one, found), (two, found[::-1])] * 2
    answers = done([lambda shelf=shelf, ids=ids: shelves.fill_shelf(market, shelf, ids) for shelf, ids in fill])
    assert answers == ["done"] * 4
    with app.app_context():
        standing = [products_of(app)(each) for each in found]
        assert len({each.shelf_id for each in standing}) == 1
        order = [each.shelf_position for each in standing]
        assert order in ([0, 1, 2, 3], [3, 2, 1, 0])


def test_a_sale_turns_while_the_price_changes(
    app: Any, done: Any, market: UUID, owner: Any, published: Any, clock: Any
) -> None:
    ends = clock.now() + timedelta(hours=1)
    found = [UUID(published(sale_price=100_000, sale_ends_at=ends)) for _ in range(4)]
    clock.tick(3601)
    dearer = {"main_price": Money(300_000, "IRR")}
    edits = [lambda each=each: products.change_product(market, each, dearer) for each in found]
    assert done([*edits, prices.turn_sales, prices.turn_sales]) == ["done"] * 6
    with app.app_context():
        prices.turn_sales()
        for product in map(products_of(app), found):
            assert (product.current_price, product.main_price, product.sale_turns_at) == (300_000, 300_000, None)


def test_a_required_product_is_not_deleted_while_it_is_chosen(app: Any, done: Any, market: UUID, owner: Any) -> None:
    with app.app_context():
        needed, other = (make_product(market, owner.user_id) for _ in range(2))
    answers = done(
        [
            lambda: products.delete_product(market, needed),
            lambda: products.change_product(market, other, {"required_id": needed}),
        ]
    )
    assert answers in (["/required_id unknown", "done"], ["done", "product.needed_by_others"])


def products_of(app: Any) -> Callable[[UUID], Product]:
    """Reads products as they are now, in the caller's app context."""
    from addon_sdk import session

    return lambda product_id: session().get_one(Product, product_id, populate_existing=True)
