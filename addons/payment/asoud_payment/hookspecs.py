"""Hooks that this addon offers: what can be paid, and by which gateways."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from addon_sdk import Money, hookspec


class Outcome(enum.Enum):
    """What an answer of a gateway means to us. Only ``OK`` moves money, and only ``DECLINED`` says that none moved."""

    OK = "ok"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    """It may have happened: no answer, or one that can't be read. Ask again."""
    RETRY = "retry"
    """It has not happened, and may later: too many requests, trouble at the gateway."""
    CONFIG = "config"
    """The gateway's account is not as it must be; an operator has to act."""
    BUG = "bug"
    USER = "user"
    """What the payer wants is out of the gateway's limits."""
    VENDOR = "vendor"
    """A market's bank data are refused."""
    ALARM = "alarm"
    """Amount or merchant differ from ours: a person has to look."""
    OTHER_WAY = "other_way"
    """It can't be taken back this way; refund it otherwise."""


class Standing(enum.Enum):
    """How a payment stands at its gateway."""

    IN_BANK = "in_bank"
    PAID = "paid"
    """Paid, but not ours before it is verified."""
    VERIFIED = "verified"
    FAILED = "failed"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of a payment is whose: one row of its split."""

    amount: Money
    reference: str
    """What it is for, such as ``order:<id>``."""
    market_id: UUID | None = None
    sheba: str | None = None
    """Where the gateway sends it directly, if it splits payments."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to pay: its amount and whose it is, as the payable itself says."""

    amount: Money
    title: str
    owner_id: UUID
    market_id: UUID | None = None
    """The market whose own gateway takes the money; none where it is the platform's."""
    shares: Sequence[Share] = ()
    """How it is split; the amounts add up to the whole, or there are none."""
    methods: Sequence[str] | None = None
    """The names of methods that may be used; None for all."""


class Payable(Protocol):
    """A kind of thing that can be paid. Its methods run as code of the addon with which ``kind`` begins."""

    kind: str
    """``<addon>.<name>``, such as ``order.group``."""

    def describe(self, payable_id: UUID, user_id: UUID | None) -> Due | None:
        """What is due now, and None where there is nothing that this user may pay (None asks as the platform)."""

    def on_paid(self, payable_id: UUID, payment_id: UUID, amount: Money) -> None:
        """It has been paid: inside the transaction of the payment. A Problem refuses it, and the money goes back."""

    def on_failed(self, payable_id: UUID, payment_id: UUID) -> None:
        """It has not been paid, and this payment won't be any more: inside the same transaction."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose contract with a gateway is used: a market's own, or with no market the platform's."""

    market_id: UUID | None = None
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a gateway is asked to collect."""

    amount: Money
    description: str
    callback_url: str
    order_id: str
    mobile: str | None = None
    shares: Sequence[Share] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway said, and what we make of it."""

    outcome: Outcome
    code: str = ""
    message: str = ""
    """For people, in English; translated when shown."""
    raw: Any = None
    """As it came, for the inbox."""
    authority: str = ""
    reference: str = ""
    standing: Standing | None = None
    card: str = ""
    """Masked."""
    fee: int = 0


@dataclass(frozen=True, slots=True)
class Unverified:
    """A payment that the gateway holds as paid and that nobody has verified."""

    authority: str
    amount: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What the gateway holds as paid and not verified."""

    answer: Answer
    items: Sequence[Unverified] = ()


class Gateway(Protocol):
    """A payment gateway. Its methods call outside, so they are never called in a transaction; they never raise."""

    name: str
    title: str
    currency: str
    least: int
    most: int
    lives_for: int
    """Seconds for which an unpaid authority can be paid."""

    def is_ready(self, account: Account) -> bool:
        """Whether this account is complete enough to be tried."""

    def request(self, account: Account, ask: Ask) -> Answer:
        """Ask for an authority; OK brings one. Not idempotent: a lost answer leaves one that nobody knows."""

    def start_url(self, account: Account, authority: str) -> str:
        """Where the payer's browser goes."""

    def read_callback(self, query: Mapping[str, str]) -> str | None:
        """The authority of which a callback tells. What else it says proves nothing."""

    def verify(self, account: Account, authority: str, amount: Money) -> Answer:
        """Take the money; OK the first time and ever after, with the same reference."""

    def inquire(self, account: Account, authority: str) -> Answer:
        """Ask how it stands; OK brings a standing. Never in place of `verify`."""

    def unverified(self, account: Account) -> Listing:
        """What was paid and not verified."""

    def reverse(self, account: Account, authority: str) -> Answer:
        """Give the whole back at once, where it is early enough."""

    def refund(self, account: Account, reference: str, amount: Money, note: str) -> Answer:
        """Give some or all back."""

    def refunded(self, account: Account, reference: str) -> int | None:
        """How much has been given back in all, None where that can't be learnt now."""

    def explain(self, message: str) -> str:
        """A message or the title of this gateway in the language of now; others as they are."""


@hookspec.collect
def payables() -> Payable:
    """A kind of thing that can be paid."""


@hookspec.collect
def gateways() -> Gateway:
    """A payment gateway."""


@hookspec.first
def market_account(market_id: UUID) -> Mapping[str, Any] | None:
    """How a market is paid.

    ``choice`` is ``asoud``, ``personal`` or ``later``; besides ``approved``, ``provider``, ``credentials``.
    """
