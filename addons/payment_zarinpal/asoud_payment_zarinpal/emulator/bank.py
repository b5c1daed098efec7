"""What the emulated gateway knows: terminals, payments, and its own time. One lock holds it together."""

from __future__ import annotations

import enum
import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

LIVES_FOR = timedelta(minutes=30)
REVERSIBLE_FOR = timedelta(minutes=30)
LISTED = 100
CARD = "5022291083818920"


class Status(enum.Enum):
    """How a payment stands, in the words of `inquiry`."""

    IN_BANK = "IN_BANK"
    PAID = "PAID"
    VERIFIED = "VERIFIED"
    FAILED = "FAILED"
    REVERSED = "REVERSED"


class Refused(Exception):
    """A call is answered with an error code."""

    def __init__(self, code: int, **validations: str) -> None:
        super().__init__(code)
        self.code = code
        self.validations = validations


@dataclass
class Terminal:
    """A merchant's contract. In the sandbox any UUID is one."""

    merchant_id: str
    terminal_id: str = "1"
    domain: str = ""
    """Where callbacks must lead; empty for anywhere."""
    refuses: int = 0
    """A code with which every request is refused, such as -11 for a terminal that is not active."""
    splits: bool = True
    has_bank_account: bool = True
    ip_is_set: bool = True
    access_token: str = "emulated"
    inactive_ibans: list[str] = field(default_factory=list)
    unknown_ibans: list[str] = field(default_factory=list)


@dataclass
class Payment:
    """An authority and all that happened to it. Amounts are in Rial."""

    authority: str
    terminal: Terminal
    amount: int
    unit: int
    """Rial per unit in which the merchant counts: 10 for Toman."""
    callback_url: str
    description: str
    metadata: dict[str, Any]
    wages: list[dict[str, Any]]
    created_at: datetime
    status: Status = Status.IN_BANK
    ref_id: int = 0
    card: str = ""
    paid_at: datetime | None = None
    refunds: list[dict[str, Any]] = field(default_factory=list)
    verified: int = 0
    """How often verify was answered with success."""

    @property
    def fee(self) -> int:
        """What the gateway takes. The rate is ours; the real one is nowhere documented."""
        return fee_of(self.amount)

    @property
    def refunded(self) -> int:
        """How much has been given back."""
        return sum(refund["amount"] for refund in self.refunds)

    def card_facts(self) -> dict[str, str]:
        """The card as it is shown: masked, and as a hash."""
        masked = f"{self.card[:6]}******{self.card[-4:]}"
        return {"card_pan": masked, "card_hash": hashlib.sha256(self.card.encode()).hexdigest().upper()}


def fee_of(amount: int) -> int:
    """Half a percent and 3,500 Rial, 60,000 at most."""
    return min(amount * 5 // 1000 + 3500, 60_000)


class Bank:
    """Every payment, by authority."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Forget everything; time is the machine's again."""
        with self.lock:
            self.terminals: dict[str, Terminal] = {}
            self.payments: dict[str, Payment] = {}
            self.ahead = timedelta()
            self.amount_first = True

    def now(self) -> datetime:
        """The emulated time."""
        return datetime.now(UTC) + self.ahead

    def terminal(self, merchant_id: str) -> Terminal:
        """A merchant's terminal, made when first heard of."""
        with self.lock:
            return self.terminals.setdefault(merchant_id, Terminal(merchant_id))

    def open(self, terminal: Terminal, values: dict[str, Any]) -> Payment:
        """A new authority. The same request twice makes two, as at the real one."""
        with self.lock:
            authority = "S" + "".join(secrets.choice("0123456789") for _ in range(35))
            made = Payment(authority=authority, terminal=terminal, created_at=self.now(), **values)
            self.payments[authority] = made
            return made

    def find(self, authority: str, terminal: Terminal | None = None) -> Payment:
        """A payment as it stands now. Raises `Refused` -54 for none, -53 for another merchant's."""
        with self.lock:
            found = self.payments.get(authority)
            if found is None:
                raise Refused(-54)
            if terminal is not None and found.terminal is not terminal:
                raise Refused(-53)
            if found.status is Status.IN_BANK and self.now() - found.created_at > LIVES_FOR:
                found.status = Status.FAILED
            return found

    def pay(self, authority: str, card: str = CARD) -> Payment:
        """The payer pays. Another card than the one that was asked for fails; a second time changes nothing."""
        with self.lock:
            payment = self.find(authority)
            if payment.status is not Status.IN_BANK:
                return payment
            wanted = str(payment.metadata.get("card_pan") or card)
            payment.card = card
            if card != wanted:
                payment.status = Status.FAILED
                return payment
            payment.status, payment.paid_at = Status.PAID, self.now()
            payment.ref_id = 10**9 + int.from_bytes(secrets.token_bytes(6), "big")
            if str(payment.metadata.get("auto_verify", "")).lower() == "true":
                payment.status, payment.verified = Status.VERIFIED, 1
            return payment

    def cancel(self, authority: str) -> Payment:
        """The payer goes back."""
        with self.lock:
            payment = self.find(authority)
            if payment.status is Status.IN_BANK:
                payment.status = Status.FAILED
            return payment

    def verify(self, authority: str, terminal: Terminal, amount: int) -> tuple[int, Payment]:
        """100 the first time, 101 ever after. Raises `Refused`."""
        with self.lock:
            payment = self.find(authority, terminal)
            unpaid = payment.status not in (Status.PAID, Status.VERIFIED)
            wrong = amount != payment.amount // payment.unit
            rules = [(unpaid, -51), (wrong, -50)]
            for broken, code in reversed(rules) if self.amount_first else rules:
                if broken:
                    raise Refused(code)
            payment.verified += 1
            first = payment.status is Status.PAID
            payment.status = Status.VERIFIED
            return 100 if first else 101, payment

    def unverified(self, terminal: Terminal) -> list[Payment]:
        """The last that were paid and not verified."""
        with self.lock:
            waiting = [p for p in self.payments.values() if p.terminal is terminal and p.status is Status.PAID]
            return waiting[-LISTED:]

    def reverse(self, authority: str, terminal: Terminal) -> Payment:
        """Give the whole back, early. Raises `Refused`."""
        with self.lock:
            payment = self.find(authority, terminal)
            if not terminal.ip_is_set:
                raise Refused(-62)
            if payment.status not in (Status.PAID, Status.VERIFIED) or payment.refunds or payment.paid_at is None:
                raise Refused(-61)
            if self.now() - payment.paid_at > REVERSIBLE_FOR:
                raise Refused(-63)
            payment.status = Status.REVERSED
            return payment

    def refund(self, session_id: str, amount: int, token: str) -> tuple[Payment, dict[str, Any]]:
        """Give some back. Raises LookupError for a session that isn't there, ValueError for an amount that can't be."""
        with self.lock:
            payment = self.by_session(session_id)
            if payment is None or payment.terminal.access_token != token:
                raise LookupError("The selected session id is invalid.")
            if payment.status is not Status.VERIFIED or amount < 20_000 or payment.refunded + amount > payment.amount:
                raise ValueError("The amount is not valid.")
            made = {"id": str(len(payment.refunds) + 1), "amount": amount, "at": self.now()}
            payment.refunds.append(made)
            return payment, made

    def by_session(self, session_id: str) -> Payment | None:
        """The payment of a session; a session's id is its ``ref_id`` with a 7 before."""
        with self.lock:
            return next((p for p in self.payments.values() if p.ref_id and f"7{p.ref_id}" == session_id), None)
