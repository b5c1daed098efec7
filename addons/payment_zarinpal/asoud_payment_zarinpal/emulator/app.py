"""The emulator's WSGI application: the protocol, the pay page, and ``/emulator`` with the knobs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests
from flask import Blueprint, Flask, Response, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from asoud_payment_zarinpal.emulator.bank import CARD, Bank, Payment, Refused, Status
from asoud_payment_zarinpal.emulator.calls import Calls, graphql
from asoud_payment_zarinpal.emulator.faults import KINDS, Fault, Knobs, misbehave
from asoud_payment_zarinpal.emulator.pages import gone_page, pay_page

_SUCCEEDED = (Status.PAID, Status.VERIFIED)


def make_app() -> Flask:
    """A gateway that knows nobody yet."""
    app = Flask("zarinpal_emulator")
    bank, knobs = Bank(), Knobs()
    app.register_blueprint(_protocol(bank, knobs))
    app.register_blueprint(_pay_page(bank, knobs))
    app.register_blueprint(_control(bank, knobs))
    return app


def _protocol(bank: Bank, knobs: Knobs) -> Blueprint:
    blueprint, calls = Blueprint("protocol", __name__), Calls(bank, knobs)
    names: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "request": calls.request,
        "verify": calls.verify,
        "inquiry": calls.inquiry,
        "unVerified": calls.unverified,
        "reverse": calls.reverse,
        "feeCalculation": calls.fee,
    }

    @blueprint.post("/pg/v4/payment/<name>.json")
    def call(name: str) -> Response:
        act = names.get(name) or abort(404)
        body = request.get_json(silent=True)

        def answer() -> Response:
            try:
                return calls.success(act(body if isinstance(body, dict) else {}))
            except Refused as refused:
                return calls.refusal(refused.code, refused.validations)

        return misbehave(knobs.take(name), answer, calls.refusal)

    @blueprint.post("/api/v4/graphql/")
    def panel() -> Response:
        is_refund = "AddRefund(" in str((request.get_json(silent=True) or {}).get("query", ""))
        return misbehave(knobs.take("refund" if is_refund else "session"), lambda: graphql(bank), calls.refusal)

    return blueprint


def _pay_page(bank: Bank, knobs: Knobs) -> Blueprint:
    blueprint = Blueprint("pay_page", __name__)

    @blueprint.get("/pg/StartPay/<authority>")
    def show(authority: str) -> tuple[str, int]:
        payment = _existing(bank, authority)
        if payment is None or payment.status is not Status.IN_BANK:
            return gone_page(), 404
        return pay_page(payment), 200

    @blueprint.post("/pg/StartPay/<authority>")
    def decide(authority: str) -> AnyResponse:
        if _existing(bank, authority) is None:
            return Response(gone_page(), 404)
        pays = request.form.get("pay") == "yes"
        payment = bank.pay(authority, request.form.get("card", CARD)) if pays else bank.cancel(authority)
        for status in knobs.callbacks:
            _call_back(callback_of(payment, status))
        return redirect(callback_of(payment, "OK" if payment.status in _SUCCEEDED else "NOK"), 302)

    return blueprint


def _existing(bank: Bank, authority: str) -> Payment | None:
    try:
        return bank.find(authority)
    except Refused:
        return None


def callback_of(payment: Payment, status: str) -> str:
    """The merchant's address with Authority and Status added; what its query had stays."""
    parts = urlsplit(payment.callback_url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("Authority", payment.authority), ("Status", status)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _call_back(url: str) -> None:
    try:
        requests.get(url, timeout=10, allow_redirects=False)
    except requests.RequestException:
        return


def _control(bank: Bank, knobs: Knobs) -> Blueprint:
    """What the real one doesn't have: turn the knobs, move time, act as the payer."""
    blueprint = Blueprint("control", __name__, url_prefix="/emulator")

    @blueprint.post("/reset")
    def reset() -> Response:
        bank.reset()
        _set(knobs, {"error_status": 422, "string_codes": False, "list_errors": False, "callbacks": [], "faults": []})
        return jsonify({})

    @blueprint.post("/knobs")
    def turn() -> Response:
        values = request.get_json()
        if "amount_first" in values:
            bank.amount_first = bool(values.pop("amount_first"))
        _set(knobs, values)
        return jsonify({})

    @blueprint.post("/clock")
    def advance() -> Response:
        with bank.lock:
            bank.ahead += timedelta(seconds=float(request.get_json()["advance"]))
        return jsonify({"now": bank.now().isoformat()})

    @blueprint.put("/terminals/<merchant_id>")
    def configure(merchant_id: str) -> Response:
        terminal = bank.terminal(merchant_id)
        known = {item.name for item in dataclasses.fields(terminal)} - {"merchant_id"}
        for name, value in request.get_json().items():
            if name not in known:
                abort(400, f"A terminal has no {name}; it has {', '.join(sorted(known))}.")
            setattr(terminal, name, value)
        return jsonify(dataclasses.asdict(terminal))

    @blueprint.get("/payments")
    def payments() -> Response:
        with bank.lock:
            return jsonify({"items": [_told(bank.find(authority)) for authority in bank.payments]})

    @blueprint.post("/payments/<authority>/<act>")
    def act(authority: str, act: str) -> Response:
        if _existing(bank, authority) is None or act not in ("pay", "cancel"):
            abort(404)
        card = (request.get_json(silent=True) or {}).get("card", CARD)
        return jsonify(_told(bank.pay(authority, card) if act == "pay" else bank.cancel(authority)))

    return blueprint


def _set(knobs: Knobs, values: dict[str, Any]) -> None:
    if "faults" in values:
        values["faults"] = [Fault(**fault) for fault in values["faults"]]
        if wrong := [fault.kind for fault in values["faults"] if fault.kind not in KINDS]:
            abort(400, f"There is no fault {wrong[0]}; there are {', '.join(KINDS)}.")
    for name, value in values.items():
        if not hasattr(knobs, name):
            abort(400, f"There is no knob {name}.")
        setattr(knobs, name, value)


def _told(payment: Payment) -> dict[str, Any]:
    return {
        "authority": payment.authority,
        "merchant_id": payment.terminal.merchant_id,
        "amount": payment.amount,
        "status": payment.status.value,
        "ref_id": payment.ref_id,
        "refunded": payment.refunded,
        "verified": payment.verified,
        "callback_url": payment.callback_url,
        "metadata": payment.metadata,
        "wages": payment.wages,
    }
