"""Whatever is done in whatever order: stock adds up, and nothing is sold beyond what may be."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from asoud_inventory.models import Item, Movement, Reason, Reservation, State, Stock
from asoud_inventory.services import Line, adjusting, availability, confirm, extend, items, release, reserve, restock
from asoud_inventory.services.reserving import expire
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import func, select

from addon_sdk import Principal, Problem, acting_as, new_id, now, session

GOODS = st.integers(0, 1)


def test_stock_adds_up(app: Any, stocked: Any, owner: Any, market: UUID, clock: Any) -> None:
    class Machine(RuleBasedStateMachine):
        """What callers of the services and the market's owner do, and a plain model of what must come of it."""

        orders = Bundle("orders")

        def __init__(self) -> None:
            super().__init__()
            self.goods = [stocked(3), stocked(6)]

        @rule(target=orders, wanted=st.dictionaries(GOODS, st.integers(1, 4), min_size=1))
        def reserves(self, wanted: dict[int, int]) -> Any:
            reference = f"order:{new_id()}"
            salable = {which: availability(self.goods)[self.goods[which]].salable for which in wanted}
            fits = all(quantity <= salable[which] for which, quantity in wanted.items())
            done = self.tried(lambda: reserve(reference, [Line(self.goods[each], n) for each, n in wanted.items()]))
            assert done == fits
            return (reference, tuple(wanted.items())) if done else multiple()

        @rule(order=orders)
        def reserves_again(self, order: Any) -> None:
            reference, wanted = order
            self.tried(lambda: reserve(reference, [Line(self.goods[each], n) for each, n in wanted]))

        @rule(order=orders)
        def pays(self, order: Any) -> None:
            if self.tried(lambda: confirm(order[0])):
                assert self.state(order[0]) is State.CONFIRMED

        @rule(order=orders)
        def cancels(self, order: Any) -> None:
            was = self.state(order[0])
            assert self.tried(lambda: release(order[0])) == (was is not State.CONFIRMED)

        @rule(order=orders)
        def begins_to_pay(self, order: Any) -> None:
            self.tried(lambda: extend(order[0]))

        @rule(order=orders, name=st.sampled_from(("a", "b")), quantity=st.integers(1, 3))
        def returns(self, order: Any, name: str, quantity: int) -> None:
            which = order[1][0][0]
            self.tried(lambda: restock(order[0], f"{order[0]}:{name}", [Line(self.goods[which], quantity)]))

        @rule(which=GOODS, change=st.integers(-5, 5).filter(bool))
        def adjusts(self, which: int, change: int) -> None:
            values = {"variant_id": self.goods[which], "change": change, "reason": Reason.CORRECTION}
            self.tried(lambda: adjusting.adjust(market, values))

        @rule(which=GOODS, limit=st.integers(0, 3))
        def sells_beyond(self, which: int, limit: int) -> None:
            self.tried(lambda: items.change_item(market, self.goods[which], {"backorder_limit": limit}))

        @rule(seconds=st.sampled_from((1, 300, 601)))
        def waits(self, seconds: int) -> None:
            clock.tick(seconds)

        @rule()
        def sweeps(self) -> None:
            expire()

        def tried(self, act: Any) -> bool:
            """Whether it was done; a refusal is an answer, and leaves everything as it was."""
            before = self.rows()
            try:
                with acting_as(Principal(user_id=owner.user_id)):
                    act()
            except Problem:
                assert self.rows() == before
                return False
            return True

        def state(self, reference: str) -> State:
            return session().scalars(select(Reservation.state).where(Reservation.reference == reference)).one()

        def rows(self) -> set[tuple[UUID, int, int]]:
            found = session().execute(select(Item.variant_id, Item.on_hand, Item.reserved))
            return {(row[0], int(row[1]), int(row[2])) for row in found}

        @invariant()
        def adds_up(self) -> None:
            moved = select(Movement.variant_id, func.sum(Movement.on_hand_change), func.sum(Movement.reserved_change))
            held = select(Stock.variant_id, func.sum(Stock.on_hand), func.sum(Stock.reserved))
            for query in (moved.group_by(Movement.variant_id), held.group_by(Stock.variant_id)):
                assert {(row[0], int(row[1]), int(row[2])) for row in session().execute(query)} == self.rows()

        @invariant()
        def what_is_reserved_is_what_is_held(self) -> None:
            held = [each for each in session().scalars(select(Reservation)) if each.state is State.HELD]
            for variant_id, _, reserved in self.rows():
                assert reserved == sum(each.asked.get(str(variant_id), 0) for each in held)
                in_time = sum(each.asked.get(str(variant_id), 0) for each in held if each.expires_at > now())
                assert availability([variant_id])[variant_id].reserved == in_time

        @invariant()
        def nothing_is_sold_beyond_what_may_be(self) -> None:
            for item in session().scalars(select(Item)):
                assert item.on_hand - item.reserved >= -item.backorder_limit
                assert item.is_low == (item.on_hand - item.reserved <= item.low_at)

    with app.app_context():
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
