"""A small addon for tests: events, subscribers, jobs and crons that leave a row for each effect."""

from __future__ import annotations

import os
import threading
import time

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from kernel.context import current_addon, current_request_id
from kernel.db import Model, session, transaction
from kernel.events import DeliveredEvent, event, on, publish
from kernel.i18n import current_language
from kernel.jobs import cron, current_job_id, job, report_progress


class ShopEffect(Model):
    """Deliberately without a unique constraint: an effect that happened twice is two rows."""

    __tablename__ = "tests_shop_effect"

    source: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))


@event("tests.sold")
class Sold:
    """Something was sold."""

    number: int
    note: str = ""


@event("tests.priced", version=1, deprecated=True)
class PricedV1:
    """The older form."""

    amount: int


@event("tests.priced", version=2)
class Priced:
    """A price was set."""

    amount: int
    currency: str

    def previous_version(self) -> PricedV1:
        return PricedV1(self.amount)


def leave(source: str, subject: object) -> None:
    with transaction():
        session().add(ShopEffect(source=source, subject=str(subject)))


def effects(source: str) -> list[str]:
    query = select(ShopEffect.subject).where(ShopEffect.source == source).order_by(ShopEffect.id)
    return list(session().scalars(query))


def most_doubled() -> int:
    """How often the most frequent effect happened."""
    counts = select(func.count().label("n")).select_from(ShopEffect).group_by(ShopEffect.source, ShopEffect.subject)
    return session().scalar(select(func.max(counts.subquery().c.n))) or 0


@on("tests.sold")
def book(sale: DeliveredEvent) -> None:
    leave("booked", sale.payload["number"])
    if sale.payload["note"] == "publish":
        publish(Priced(sale.payload["number"], "IRR"))


@on("tests.sold", when_disabled="drop", retries=2)
def tell(sale: DeliveredEvent) -> None:
    leave("told", sale.payload["number"])
    if sale.payload["note"] == "fail":
        raise ValueError(f"cannot tell {sale.payload['number']}")
    if sale.payload["note"] == "leave the process":
        raise SystemExit(3)


@on("tests.sold", timeout=1)
def dawdle(sale: DeliveredEvent) -> None:
    leave("dawdled", sale.payload["number"])
    if sale.payload["note"] == "stumble":
        raise ValueError("stumbled")
    if sale.payload["note"] == "dawdle":
        until = time.monotonic() + 5
        while time.monotonic() < until:
            time.sleep(0.01)


@on("tests.priced", version=1)
def price_old(priced: DeliveredEvent) -> None:
    leave("priced 1", priced.payload["amount"])


@on("tests.priced", version=2)
def price_new(priced: DeliveredEvent) -> None:
    leave("priced 2", f"{priced.payload['amount']} {priced.payload['currency']}")


@job(retries=2)
def greet(name: str, fail: bool = False) -> str:
    leave("greeted", name)
    if fail:
        raise ValueError(f"no greeting for {name}")
    return f"hello {name}"


@job(retries=5)
def falter(until: int) -> None:
    """Fails until it has been tried so often before."""
    tried = len(effects("faltered"))
    leave("faltered", tried)
    if tried < until:
        raise ValueError("not yet")


@job(transactional=True, retries=2, queue="critical")
def count_in(number: int, fail: bool = False) -> None:
    leave("counted", number)
    if fail:
        raise ValueError("not countable")


@job(unique=True)
def recount(shelf: str) -> None:
    leave("recounted", shelf)


@job(timeout=1, retries=0)
def sleep_long() -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        time.sleep(0.01)


@job
def show_surroundings() -> None:
    leave("surroundings", f"{current_addon()} {current_request_id()} {current_language()}")


@job
def climb(steps: int) -> None:
    for step in range(1, steps + 1):
        report_progress(step, steps)


@job(retries=0)
def leave_process() -> None:
    raise SystemExit(3)


running = threading.Event()
may_end = threading.Event()


@job
def wait_for_word(name: str) -> None:
    running.set()
    may_end.wait(20)
    leave("waited", name)


@job(transactional=True)
def die_once(marker: str) -> None:
    """Kills its worker at the first run."""
    leave("survived", marker)
    session().flush()
    if not os.path.exists(marker):
        with open(marker, "w"):
            pass
        os.kill(os.getpid(), 9)


@cron(every=1)
@job(transactional=True, name="tick")
def tick() -> None:
    leave("ticked", current_job_id())


@cron("0 3 * * *", queue="bulk")
def nightly() -> None:
    leave("nightly", "")
