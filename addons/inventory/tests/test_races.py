"""Many who want the same goods at the same moment, by real threads and processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from asoud_inventory.models import Item, Movement, Reservation, State, Stock
from asoud_inventory.problems import OutOfStock
from asoud_inventory.services import Line, adjusting, confirm, extend, release, reserve, restock
from asoud_inventory.services.reserving import expire
from asoud_inventory.testing import put_in_stock
from sqlalchemy import func, select

from addon_sdk import Principal, acting_as

BUYERS, UNITS, PROCESSES = 200, 20, 4
_BUY = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID
from asoud_inventory.services import Line, reserve
from addon_sdk import Problem, ServiceUnavailable
from kernel.app import create_app
from addon_sdk.testing.deployments import settings_for
from pathlib import Path

folder, url, redis, variant, first, count = sys.argv[1:]
app = create_app(settings_for(Path(folder), database_url=url, redis_url=redis))
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()

def buy(number):
    with app.app_context():
        for _ in range(20):
            try:
                reserve(f"order:{number}", [Line(UUID(variant), 1)])
                return "reserved"
            except ServiceUnavailable:
                continue
            except Problem as problem:
                return problem.code
        return "gave up"

numbers = range(int(first), int(first) + int(count))
with ThreadPoolExecutor(int(count)) as threads:
    print(json.dumps(list(threads.map(buy, numbers))))
"""


def adds_up(db: Any) -> None:
    """Stocks are the sums of their movements, items those of their stocks, and nothing is sold that isn't there."""
    moved = select(Movement.variant_id, func.sum(Movement.on_hand_change), func.sum(Movement.reserved_change))
    held = select(Stock.variant_id, func.sum(Stock.on_hand), func.sum(Stock.reserved))
    items = select(Item.variant_id, Item.on_hand, Item.reserved)

    def rows() -> list[set[Any]]:
        from addon_sdk import session

        found = [moved.group_by(Movement.variant_id), held.group_by(Stock.variant_id), items]
        return [{(row[0], int(row[1]), int(row[2])) for row in session().execute(query)} for query in found]

    by_movements, by_stocks, by_items = db.run(rows)
    assert by_movements == by_stocks == by_items
    assert db.all(select(Item.id).where(Item.on_hand - Item.reserved + Item.backorder_limit < 0)) == []


@pytest.fixture
def crowd(app: Any, asoud_database_kind: str, tmp_path: Path) -> Callable[[UUID], Counter[str]]:
    """Two hundred buyers, as threads of four processes, who all begin at once; what they are told."""
    if asoud_database_kind != "postgres":
        pytest.skip("SQLite has one writer at a time anyway")
    settings = app.extensions["asoud"].settings

    def buy(variant_id: UUID) -> Counter[str]:
        each = BUYERS // PROCESSES
        given = [str(tmp_path), str(settings.database_url), str(settings.redis_url), str(variant_id)]
        command = [sys.executable, "-c", _BUY, *given]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started = [subprocess.Popen([*command, str(turn * each), str(each)], **pipes) for turn in range(PROCESSES)]
        for process in started:
            while process.stdout.readline().strip() != "ready":
                assert process.poll() is None, "a buyer's process has died"
        for process in started:
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=240)[0] for process in started]
        return Counter(answer for lines in said for answer in json.loads(lines.splitlines()[-1]))

    return buy


@pytest.mark.timeout(400)
def test_two_hundred_buyers_get_twenty_units(crowd: Any, stocked: Any, item: Any, db: Any) -> None:
    bread = stocked(UNITS)
    assert crowd(bread) == {"reserved": UNITS, "inventory.out_of_stock": BUYERS - UNITS}
    assert (item(bread).on_hand, item(bread).reserved) == (UNITS, UNITS)
    assert db.count(Reservation) == UNITS
    adds_up(db)


@pytest.mark.timeout(400)
def test_two_hundred_buyers_get_what_others_have_had_for_too_long(
    crowd: Any, stocked: Any, item: Any, db: Any, clock: Any
) -> None:
    """All units are reserved by others whose time is over, and nobody has swept: each is given once."""
    bread = stocked(UNITS)
    clock.tick(-7200)
    for number in range(UNITS // 2):
        db.run(reserve, f"late:{number}", [Line(bread, 2)])
    clock.tick(7200)
    assert crowd(bread) == {"reserved": UNITS, "inventory.out_of_stock": BUYERS - UNITS}
    assert (item(bread).on_hand, item(bread).reserved) == (UNITS, UNITS)
    states = Counter(db.all(select(Reservation.state)))
    assert states == {State.HELD: UNITS, State.EXPIRED: UNITS // 2}
    adds_up(db)


def test_threads_get_what_is_there(at_once: Any, stocked: Any, item: Any, db: Any) -> None:
    bread = stocked(5)
    answers = at_once(*[partial(reserve, f"order:{number}", [Line(bread, 1)]) for number in range(12)])
    assert sum(isinstance(each, OutOfStock) for each in answers) == 7
    assert item(bread).reserved == 5
    adds_up(db)


def test_one_reference_is_reserved_sold_and_returned_once(at_once: Any, stocked: Any, item: Any, db: Any) -> None:
    bread = stocked(10)
    at_once(*[partial(reserve, "order:1", [Line(bread, 2)])] * 6)
    assert item(bread).reserved == 2
    at_once(*[partial(confirm, "order:1")] * 4, *[partial(extend, "order:1")] * 2)
    assert (item(bread).on_hand, item(bread).reserved) == (8, 0)
    at_once(*[partial(restock, "order:1", "return:1", [Line(bread, 1)])] * 6)
    assert item(bread).on_hand == 9
    adds_up(db)


def test_goods_in_any_order_all_come_through(at_once: Any, stocked: Any, db: Any, item: Any) -> None:
    """Nobody waits for another in a circle, whoever takes what, and whatever expires, is sold or let go meanwhile."""
    goods = [stocked(100) for _ in range(4)]
    for number in range(4):
        db.run(reserve, f"old:{number}", [Line(each, 1) for each in goods])
    turns = [goods[turn:] + goods[:turn] for turn in range(4)]
    turns += [turn[::-1] for turn in turns]
    acts = [partial(reserve, f"order:{place}", [Line(each, 1) for each in turn]) for place, turn in enumerate(turns)]
    acts += [partial(confirm, "old:0"), partial(release, "old:1"), partial(confirm, "old:2"), partial(expire)]
    answers = at_once(*acts)
    assert not any(isinstance(each, Exception) for each in answers), answers
    for each in goods:
        assert (item(each).on_hand, item(each).reserved) == (98, 9)
    adds_up(db)


def test_a_payment_and_a_cancellation_do_not_both_win(at_once: Any, stocked: Any, item: Any, db: Any) -> None:
    bread = stocked(50)
    for number in range(6):
        db.run(reserve, f"order:{number}", [Line(bread, 1)])
        paid, cancelled = at_once(partial(confirm, f"order:{number}"), partial(release, f"order:{number}"))
        assert isinstance(paid, Exception) != isinstance(cancelled, Exception)
    sold = len(db.all(select(Reservation.id).where(Reservation.state == State.CONFIRMED)))
    assert (item(bread).on_hand, item(bread).reserved) == (50 - sold, 0)
    adds_up(db)


def test_stock_is_not_taken_away_under_a_buyer(at_once: Any, stocked: Any, db: Any, owner: Any, item: Any) -> None:
    for turn in range(4):
        bread = stocked(3)
        take = partial(put_in_stock, bread, -2, owner.user_id)
        answers = at_once(take, partial(reserve, f"order:{turn}", [Line(bread, 2)]))
        assert sum(isinstance(each, Exception) for each in answers) == 1, answers
    adds_up(db)


def test_of_two_who_decide_one_does(
    at_once: Any, stocked: Any, db: Any, owner: Any, sara: Any, item: Any, market: UUID, settings: Any
) -> None:
    settings["inventory.approval_from"] = 5
    bread = stocked()
    asked = db.run(put_in_stock, bread, 10, owner.user_id)

    def approve() -> object:
        with acting_as(Principal(user_id=sara.user_id, permissions=frozenset(("inventory.approve",)))):
            return adjusting.decide(market, asked.id, approved=True)

    answers = at_once(approve, approve, approve)
    assert sum(isinstance(each, Exception) for each in answers) == 2
    assert item(bread).on_hand == 10
    adds_up(db)


def test_two_who_begin_to_count_at_once_count_together(
    at_once: Any, stocked: Any, db: Any, owner: Any, item: Any
) -> None:
    bread = stocked()
    at_once(*[partial(put_in_stock, bread, 5, owner.user_id)] * 4)
    assert item(bread).on_hand == 20
    adds_up(db)
