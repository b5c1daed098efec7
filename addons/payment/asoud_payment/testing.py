"""For tests, here and in addons that depend on this one: things to pay, and a gateway that does what it is told."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from addon_sdk import Conflict, Money, new_id, now, session, transaction
from addon_sdk.testing.ownership import owned
from asoud_payment.hookspecs import Account, Answer, Ask, Due, Listing, Outcome, Share, Standing, Unverified
from asoud_payment.models import Payment, State
from asoud_payment.services.registry import RECEIPT

API = "/api/v1/payment"
KIND = "payment.test"


class Taken(Conflict):
    """What was paid for belongs to another by now."""

    code, title = "payment.nothing_due", "Taken."


@dataclass
class Bills:
    """A payable: bills, by id."""

    kind: str = KIND
    due: dict[UUID, Due] = field(default_factory=dict)
    paid: list[tuple[UUID, int]] = field(default_factory=list)
    failed: list[UUID] = field(default_factory=list)
    taken: set[UUID] = field(default_factory=set)

    def add(self, owner_id: UUID, amount: int = 50_000, **values: Any) -> UUID:
        """A new bill of this user's; its id."""
        bill_id = new_id()
        self.due[bill_id] = Due(Money(amount, "IRR"), "A bill", owner_id, **values)
        return bill_id

    def split(self, owner_id: UUID, *amounts: int) -> UUID:
        """A new bill in parts ``part:0``, ``part:1``, ..."""
        shares = [Share(Money(amount, "IRR"), f"part:{turn}", new_id()) for turn, amount in enumerate(amounts)]
        return self.add(owner_id, sum(amounts), shares=shares)

    def describe(self, payable_id: UUID, user_id: UUID | None) -> Due | None:
        """The bill, for its owner and the platform."""
        due = self.due.get(payable_id)
        return due if due is not None and user_id in (None, due.owner_id) else None

    def on_paid(self, payable_id: UUID, payment_id: UUID, amount: Money) -> None:
        """A bill is paid once."""
        if payable_id in self.taken or payable_id in [paid for paid, _ in self.paid]:
            raise Taken
        self.paid.append((payable_id, amount.amount))

    def on_failed(self, payable_id: UUID, payment_id: UUID) -> None:
        """Noted."""
        self.failed.append(payable_id)


@dataclass
class ToyBank:
    """A gateway in memory. ``broken[call]`` is what a call answers instead, before or after acting."""

    name: str = "toy"
    title: str = "Toy bank"
    currency: str = "IRR"
    least: int = 1000
    most: int = 1_000_000
    lives_for: int = 1800
    standings: dict[str, Standing] = field(default_factory=dict)
    amounts: dict[str, int] = field(default_factory=dict)
    given_back: dict[str, int] = field(default_factory=dict)
    before: dict[str, Answer] = field(default_factory=dict)
    after: dict[str, Answer] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    reversible: bool = True
    on_call: Callable[[str], None] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def is_ready(self, account: Account) -> bool:
        """Always, for the platform; a market needs a key."""
        return account.market_id is None or "key" in account.credentials

    def request(self, account: Account, ask: Ask) -> Answer:
        """An authority."""
        authority = f"A{next(self.numbers)}"
        self.standings[authority], self.amounts[authority] = Standing.IN_BANK, ask.amount.amount
        return self._said("request", lambda: Answer(Outcome.OK, authority=authority))

    def start_url(self, account: Account, authority: str) -> str:
        """A page."""
        return f"http://bank.test/{authority}"

    def read_callback(self, query: Mapping[str, str]) -> str | None:
        """As it is."""
        return query.get("Authority")

    def verify(self, account: Account, authority: str, amount: Money) -> Answer:
        """OK as often as it is asked."""
        return self._said("verify", lambda: self._verify(authority, amount))

    def _verify(self, authority: str, amount: Money) -> Answer:
        if self.standings.get(authority) not in (Standing.PAID, Standing.VERIFIED):
            return Answer(Outcome.DECLINED, "-51", "It was not paid.")
        if self.amounts[authority] != amount.amount:
            return Answer(Outcome.ALARM, "-50", "Another amount.")
        self.standings[authority] = Standing.VERIFIED
        return Answer(Outcome.OK, "100", reference=f"R{authority}", card="5022****8920", fee=500)

    def inquire(self, account: Account, authority: str) -> Answer:
        """How it stands."""
        return self._said("inquire", lambda: Answer(Outcome.OK, standing=self.standings[authority]))

    def unverified(self, account: Account) -> Listing:
        """What is paid only."""
        paid = [key for key, standing in self.standings.items() if standing is Standing.PAID]
        return Listing(Answer(Outcome.OK), [Unverified(key, self.amounts[key]) for key in paid])

    def reverse(self, account: Account, authority: str) -> Answer:
        """Once, if at all."""

        def act() -> Answer:
            if not self.reversible or self.standings[authority] is Standing.REVERSED:
                return Answer(Outcome.OTHER_WAY, "-60")
            self.standings[authority] = Standing.REVERSED
            return Answer(Outcome.OK)

        return self._said("reverse", act)

    def refund(self, account: Account, reference: str, amount: Money, note: str) -> Answer:
        """As often as it is asked, up to the amount."""

        def act() -> Answer:
            given = self.given_back.get(reference, 0) + amount.amount
            if given > self.amounts[reference[1:]]:
                return Answer(Outcome.DECLINED, "-1", "Too much.")
            self.given_back[reference] = given
            return Answer(Outcome.OK)

        return self._said("refund", act)

    def refunded(self, account: Account, reference: str) -> int | None:
        """In all."""
        return self.given_back.get(reference, 0)

    def explain(self, message: str) -> str:
        """English only."""
        return message

    def _said(self, call: str, act: Callable[[], Answer]) -> Answer:
        with self.lock:
            self.calls.append(call)
            if (instead := self.before.pop(call, None)) is not None:
                return instead
            answer = act()
            answer = self.after.pop(call, answer)
        if self.on_call is not None:
            self.on_call(call)
        return answer

    def pay(self, authority: str) -> None:
        """The payer pays."""
        self.standings[authority] = Standing.PAID


def _payment(owner_id: UUID) -> dict[str, Any]:
    with transaction():
        made = Payment(
            kind=KIND,
            payable_id=new_id(),
            owner_id=owner_id,
            amount=Money(1000, "IRR"),
            title="x",
            method=RECEIPT,
            state=State.PENDING,
            pay_key=new_id().hex,
            expires_at=now(),
        )
        session().add(made)
    return {"payment_id": made.id}


for _path in ("", "/cancellation", "/changes", "/splits", "/refunds"):
    owned(f"/payments/<uuid:payment_id>{_path}")(_payment)
owned("/payments/<uuid:payment_id>/receipt", bodies={"POST": {"file_id": str(UUID(int=7))}})(_payment)
