"""Zarinpal's REST v4 and GraphQL over HTTP. Nothing here raises: what can't be read is unknown, never failed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests
from asoud_payment.hookspecs import Outcome

from asoud_payment_zarinpal.codes import CODES, REFUND_REFUSED, UNLISTED, UNREADABLE
from asoud_payment_zarinpal.wages import Wage, fault_of

AUTHORITY = re.compile(r"[AS][0-9A-Za-z]{35}")
LONGEST_DESCRIPTION = 500
LEAST_REFUND = 20_000
_KEPT = 20_000
"""Characters of an answer that are kept."""
_CONNECT = 5.0

_SESSION = """query Sessions($terminal_id: ID!, $reference_id: String) {
  resource: Session(terminal_id: $terminal_id, reference_id: $reference_id) {
    id, status, amount, timeline { refund_amount, refund_time, refund_status }
  }
}"""
_REFUND = """mutation AddRefund($session_id: ID!, $amount: BigInteger!, $description: String,
  $method: InstantPayoutActionTypeEnum, $reason: RefundReasonEnum) {
  resource: AddRefund(session_id: $session_id, amount: $amount, description: $description,
    method: $method, reason: $reason) {
    id, terminal_id, amount, timeline { refund_amount, refund_time, refund_status }
  }
}"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and what it means."""

    outcome: Outcome
    code: int | None = None
    message: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    raw: Any = None


@dataclass(frozen=True, slots=True)
class Session:
    """A transaction as the panel knows it."""

    id: str
    amount: int
    refunded: int


@dataclass(frozen=True, slots=True)
class Client:
    """One merchant at one address."""

    url: str
    merchant_id: str
    refund_url: str = ""
    terminal_id: str = ""
    access_token: str = field(default="", repr=False)
    timeout: float = 10

    def request(
        self,
        amount: int,
        callback_url: str,
        description: str,
        *,
        metadata: Mapping[str, str] | None = None,
        wages: Sequence[Wage] = (),
    ) -> Reply:
        """Ask for an authority of ``amount`` Rial. A split that would be refused isn't sent."""
        if (fault := fault_of(amount, wages)) is not None:
            return Reply(CODES[fault].outcome, fault, CODES[fault].message)
        body: dict[str, Any] = {
            "amount": amount,
            "currency": "IRR",
            "callback_url": callback_url,
            "description": description[:LONGEST_DESCRIPTION],
        }
        if metadata:
            body["metadata"] = dict(metadata)
        if wages:
            body["wages"] = [{"iban": w.iban, "amount": w.amount, "description": w.description} for w in wages]
        reply = self._call("request", body)
        return reply if _whole(reply, authority=AUTHORITY) else _unreadable(reply)

    def start_url(self, authority: str) -> str:
        """Where the payer goes."""
        return f"{self.url.rstrip('/')}/pg/StartPay/{authority}"

    def verify(self, authority: str, amount: int) -> Reply:
        """Take the money of a paid authority. ``amount`` is ours, in Rial."""
        reply = self._call("verify", {"amount": amount, "authority": authority})
        return reply if _whole(reply, ref_id=re.compile(r"[0-9]+")) else _unreadable(reply)

    def inquiry(self, authority: str) -> Reply:
        """How a payment stands; ``data["status"]``."""
        reply = self._call("inquiry", {"authority": authority})
        return reply if _whole(reply, status=re.compile(r"[A-Z_]+")) else _unreadable(reply)

    def unverified(self) -> Reply:
        """The last 100 at most that were paid and not verified; ``data["authorities"]``."""
        reply = self._call("unVerified", {})
        if reply.outcome is Outcome.OK and not isinstance(reply.data.get("authorities"), list):
            return _unreadable(reply)
        return reply

    def reverse(self, authority: str) -> Reply:
        """Give the whole back; within 30 minutes only."""
        return self._call("reverse", {"authority": authority})

    def fee(self, amount: int) -> Reply:
        """What the gateway would take of ``amount`` Rial."""
        return self._call("feeCalculation", {"amount": amount, "currency": "IRR"})

    def session_of(self, reference: str) -> tuple[Reply, Session | None]:
        """The transaction of a ``ref_id``, which refunds need in place of the authority."""
        reply = self._graphql(_SESSION, {"terminal_id": self.terminal_id, "reference_id": reference})
        if reply.outcome is not Outcome.OK:
            return reply, None
        rows = reply.data.get("resource")
        row = rows[0] if isinstance(rows, list) and rows else None
        if not isinstance(row, dict):
            return Reply(Outcome.DECLINED, None, REFUND_REFUSED, raw=reply.raw), None
        timeline = row.get("timeline")
        given_back = timeline.get("refund_amount") if isinstance(timeline, dict) else 0
        try:
            return reply, Session(str(row["id"]), int(row["amount"]), int(given_back or 0))
        except (KeyError, TypeError, ValueError):
            return _unreadable(reply), None

    def refund(self, session_id: str, amount: int, description: str, method: str = "PAYA") -> Reply:
        """Give back ``amount`` Rial of a transaction; PAYA comes with the next bank cycle, CARD at once."""
        variables = {
            "session_id": session_id,
            "amount": amount,
            "description": description,
            "method": method,
            "reason": "CUSTOMER_REQUEST",
        }
        reply = self._graphql(_REFUND, variables)
        if reply.outcome is Outcome.OK and not isinstance(reply.data.get("resource"), dict):
            return _unreadable(reply)
        return reply

    def _call(self, name: str, body: dict[str, Any]) -> Reply:
        url = f"{self.url.rstrip('/')}/pg/v4/payment/{name}.json"
        answer = self._send(url, {"merchant_id": self.merchant_id, **body}, {})
        return answer if isinstance(answer, Reply) else read(answer.status_code, answer.text)

    def _graphql(self, query: str, variables: Mapping[str, Any]) -> Reply:
        headers = {"Authorization": f"Bearer {self.access_token}"}
        answer = self._send(self.refund_url, {"query": query, "variables": variables}, headers)
        return answer if isinstance(answer, Reply) else read_graphql(answer.status_code, answer.text)

    def _send(self, url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> requests.Response | Reply:
        try:
            return requests.post(
                url,
                json=body,
                headers={"Accept": "application/json", **headers},
                timeout=(min(_CONNECT, self.timeout), self.timeout),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return Reply(Outcome.UNKNOWN, None, UNREADABLE, raw={"error": type(error).__name__})


def read(status: int, text: str) -> Reply:
    """The meaning of an answer, at any HTTP status below 500: the documentation names none for errors."""
    raw = {"status": status, "body": text[:_KEPT]}
    body = _json(text)
    if status >= 500 or not isinstance(body, dict):
        return Reply(Outcome.UNKNOWN, None, UNREADABLE, raw=raw)
    errors, data = _first(body.get("errors")), _first(body.get("data"))
    code = _number(errors.get("code") if errors else data.get("code"))
    if code is None:
        return Reply(Outcome.UNKNOWN, None, UNREADABLE, raw=raw)
    meaning = CODES.get(code)
    if meaning is None:
        return Reply(Outcome.UNKNOWN, code, UNLISTED, raw=raw)
    return Reply(meaning.outcome, code, meaning.message, data, raw)


def read_graphql(status: int, text: str) -> Reply:
    """The meaning of an answer of the GraphQL service."""
    raw = {"status": status, "body": text[:_KEPT]}
    body = _json(text)
    if status in (401, 403):
        return Reply(Outcome.CONFIG, status, REFUND_REFUSED, raw=raw)
    if status >= 500 or not isinstance(body, dict):
        return Reply(Outcome.UNKNOWN, None, UNREADABLE, raw=raw)
    if body.get("errors"):
        return Reply(Outcome.DECLINED, None, REFUND_REFUSED, raw=raw)
    data = body.get("data")
    if not isinstance(data, dict):
        return Reply(Outcome.UNKNOWN, None, UNREADABLE, raw=raw)
    return Reply(Outcome.OK, None, "", data, raw)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _first(value: Any) -> Mapping[str, Any]:
    """An object, or the first of a list of them: both are sent."""
    if isinstance(value, list):
        value = value[0] if value else {}
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> int | None:
    """A code as number or text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def _whole(reply: Reply, **patterns: re.Pattern[str]) -> bool:
    """Whether a success carries what a success must."""
    if reply.outcome is not Outcome.OK:
        return True
    return all(pattern.fullmatch(str(reply.data.get(name))) for name, pattern in patterns.items())


def _unreadable(reply: Reply) -> Reply:
    return Reply(Outcome.UNKNOWN, reply.code, UNREADABLE, raw=reply.raw)
