"""The protocol: what is checked of each call, and how answers are written."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, TypeGuard
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, jsonify, request

from asoud_payment_zarinpal.emulator.bank import Bank, Payment, Refused, Terminal, fee_of
from asoud_payment_zarinpal.emulator.faults import Knobs

LEAST, MOST = 1000, 1_000_000_000
_IBAN = re.compile(r"IR[0-9]{24}")
_NOT_VALID = "The input params invalid, validation error."
_TEHRAN_MINUTES = 210


class Calls:
    """Each call of REST v4 as a method that answers with ``data``, or raises `Refused`."""

    def __init__(self, bank: Bank, knobs: Knobs) -> None:
        self.bank, self.knobs = bank, knobs

    def success(self, data: dict[str, Any]) -> Response:
        """The envelope of a success."""
        if self.knobs.string_codes and "code" in data:
            data = {**data, "code": str(data["code"])}
        return jsonify({"data": data, "errors": []})

    def refusal(self, code: int, validations: dict[str, str] | None = None) -> Response:
        """The envelope of an error."""
        error = {
            "code": str(code) if self.knobs.string_codes else code,
            "message": _NOT_VALID if code == -9 else f"Error {code}.",
            "validations": [{name: text} for name, text in (validations or {}).items()],
        }
        answer = jsonify({"data": [], "errors": [error] if self.knobs.list_errors else error})
        answer.status_code = self.knobs.error_status
        return answer

    def request(self, body: dict[str, Any]) -> dict[str, Any]:
        """Open a payment."""
        terminal = self._terminal(body)
        if terminal.refuses:
            raise Refused(terminal.refuses)
        unit = {"IRR": 1, "IRT": 10}.get(body.get("currency", "IRR"), 0)
        amount, callback, description = body.get("amount"), body.get("callback_url"), body.get("description")
        faults = {
            "amount": not _is_int(amount) or not unit or amount * unit < LEAST,
            "callback_url": not isinstance(callback, str) or urlsplit(callback).scheme not in ("http", "https"),
            "description": not isinstance(description, str) or not 1 <= len(description) <= 500,
            "metadata.mobile": not _mobile_is_right(body.get("metadata")),
        }
        if any(faults.values()):
            raise Refused(-9, **{name: f"The {name} is not valid." for name, wrong in faults.items() if wrong})
        assert _is_int(amount)
        if amount * unit > MOST:
            raise Refused(-41)
        if terminal.domain and urlsplit(str(callback)).hostname != terminal.domain:
            raise Refused(-14)
        wages = body.get("wages") or []
        self._check_wages(terminal, wages, amount * unit)
        payment = self.bank.open(
            terminal,
            {
                "amount": amount * unit,
                "unit": unit,
                "callback_url": callback,
                "description": description,
                "metadata": body.get("metadata") or {},
                "wages": wages,
            },
        )
        return {"code": 100, "message": "Success", "authority": payment.authority, **_fee(payment)}

    def verify(self, body: dict[str, Any]) -> dict[str, Any]:
        """Hand a payment over."""
        amount = body.get("amount")
        if not _is_int(amount):
            raise Refused(-9, amount="The amount is not valid.")
        code, payment = self.bank.verify(*self._named(body), amount)
        wages = {"wages": payment.wages} if payment.wages else {}
        message = "Paid" if code == 100 else "Verified"
        return {
            "code": code,
            "message": message,
            "ref_id": payment.ref_id,
            **payment.card_facts(),
            **_fee(payment),
            **wages,
        }

    def inquiry(self, body: dict[str, Any]) -> dict[str, Any]:
        """Tell how a payment stands."""
        return {"code": 100, "message": "Success", "status": self.bank.find(*self._named(body)).status.value}

    def unverified(self, body: dict[str, Any]) -> dict[str, Any]:
        """List what was paid and not verified. Its code is text, as it was seen."""
        found = self.bank.unverified(self._terminal(body))
        return {"code": "100", "message": "Success", "authorities": [self._listed(payment) for payment in found]}

    def reverse(self, body: dict[str, Any]) -> dict[str, Any]:
        """Give a payment back."""
        self.bank.reverse(*self._named(body))
        return {"code": 100, "message": "Reversed"}

    def fee(self, body: dict[str, Any]) -> dict[str, Any]:
        """Tell what would be taken."""
        self._terminal(body)
        amount = body.get("amount")
        if not _is_int(amount) or amount < LEAST:
            raise Refused(-9, amount="The amount is not valid.")
        fee = fee_of(amount)
        told = {"amount": amount, "fee": fee, "fee_type": "Merchant", "suggested_amount": amount + fee}
        return {"code": 100, "message": "Success", **told}

    def _terminal(self, body: dict[str, Any]) -> Terminal:
        merchant_id = body.get("merchant_id")
        try:
            UUID(str(merchant_id))
        except ValueError:
            raise Refused(-9, merchant_id="The merchant id is not valid.") from None
        return self.bank.terminal(str(merchant_id))

    def _named(self, body: dict[str, Any]) -> tuple[str, Terminal]:
        terminal, authority = self._terminal(body), body.get("authority")
        if not isinstance(authority, str) or not re.fullmatch(r"[AS][0-9A-Za-z]{35}", authority):
            raise Refused(-54)
        return authority, terminal

    def _check_wages(self, terminal: Terminal, wages: Any, amount: int) -> None:
        if not wages:
            return
        if not isinstance(wages, list) or not all(_wage_is_right(wage) for wage in wages):
            raise Refused(-9, wages="The wages are not valid.")
        ibans = {wage["iban"] for wage in wages}
        rules = (
            (-30, not terminal.splits),
            (-31, not terminal.has_bank_account),
            (-35, len(wages) > 5),
            (-36, any(wage["amount"] < 10_000 for wage in wages)),
            (-32, sum(wage["amount"] for wage in wages) * 100 > amount * 99),
            (-37, bool(ibans & set(terminal.inactive_ibans))),
            (-38, bool(ibans & set(terminal.unknown_ibans))),
        )
        for code, broken in rules:
            if broken:
                raise Refused(code)

    def _listed(self, payment: Payment) -> dict[str, Any]:
        at = payment.created_at + timedelta(minutes=_TEHRAN_MINUTES)
        return {
            "authority": payment.authority,
            "amount": payment.amount // payment.unit,
            "callback_url": payment.callback_url,
            "referer": "",
            "date": at.strftime("%Y-%m-%d %H:%M:%S"),
        }


def graphql(bank: Bank) -> Response:
    """The two operations of the panel's GraphQL that refunds need."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    body = request.get_json(silent=True) or {}
    query, variables = str(body.get("query", "")), body.get("variables") or {}
    if not token or token not in {terminal.access_token for terminal in bank.terminals.values()}:
        return _graphql_error("Unauthenticated.", 401)
    if "AddRefund(" in query:
        amount = variables.get("amount")
        try:
            payment, made = bank.refund(str(variables.get("session_id")), amount if _is_int(amount) else 0, token)
        except (LookupError, ValueError) as error:
            return _graphql_error(str(error), 200)
        resource = {"id": made["id"], "terminal_id": payment.terminal.terminal_id, "amount": made["amount"]}
        return jsonify({"data": {"resource": {**resource, "timeline": _timeline(payment)}}})
    if "Session(" in query:
        wanted = str(variables.get("reference_id") or "")
        mine = [p for p in bank.payments.values() if p.terminal.access_token == token and p.ref_id]
        rows = [
            {"id": f"7{p.ref_id}", "status": p.status.value, "amount": p.amount, "timeline": _timeline(p)}
            for p in mine
            if not wanted or str(p.ref_id) == wanted
        ]
        return jsonify({"data": {"resource": rows}})
    return _graphql_error("Cannot query field.", 200)


def _graphql_error(message: str, status: int) -> Response:
    answer = jsonify({"errors": [{"message": message}], "data": None})
    answer.status_code = status
    return answer


def _timeline(payment: Payment) -> dict[str, Any]:
    last = payment.refunds[-1]["at"].isoformat() if payment.refunds else None
    return {"refund_amount": payment.refunded, "refund_time": last, "refund_status": "PENDING" if last else None}


def _fee(payment: Payment) -> dict[str, Any]:
    return {"fee_type": "Merchant", "fee": payment.fee // payment.unit}


def _is_int(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _mobile_is_right(metadata: Any) -> bool:
    if metadata is None or metadata == []:
        return True
    mobile = metadata.get("mobile") if isinstance(metadata, dict) else False
    return mobile is None or bool(re.fullmatch(r"09[0-9]{9}", str(mobile)))


def _wage_is_right(wage: Any) -> bool:
    return (
        isinstance(wage, dict)
        and bool(_IBAN.fullmatch(str(wage.get("iban"))))
        and _is_int(wage.get("amount"))
        and len(str(wage.get("description", ""))) <= 255
    )
