"""Cash and receipts."""

from __future__ import annotations

from typing import Any

from asoud_payment.testing import API


def test_cash_is_collected_at_delivery(opened: Any, bank: Any, staff: Any, sara: Any, send: Any, bills: Any) -> None:
    payment = opened(method="cash_on_delivery")
    assert (payment["state"], payment["pay_url"]) == ("pending", None)
    assert send(sara, f"/payments/{payment['id']}/collection").status_code == 403
    assert send(staff, f"/payments/{payment['id']}/collection").json["state"] == "paid"
    assert send(staff, f"/payments/{payment['id']}/collection").json["code"] == "payment.not_open"
    assert len(bills.paid) == 1


def test_cash_that_goes_back_is_counted_at_once(opened: Any, bank: Any, staff: Any, send: Any, state: Any) -> None:
    payment = opened(method="cash_on_delivery")
    send(staff, f"/payments/{payment['id']}/collection")
    answer = send(staff, f"/payments/{payment['id']}/refunds", {"reason": "returned"})
    assert (answer.json["state"], state(payment)) == ("done", "refunded")


def test_a_receipt_is_handed_in_and_approved(
    opened: Any, bank: Any, staff: Any, sara: Any, send: Any, state: Any, bills: Any
) -> None:
    payment = opened(method="receipt")
    path = f"/payments/{payment['id']}/receipt"
    assert send(staff, f"{path}/decision", {"approved": True}).json["code"] == "payment.not_open"
    for _ in range(2):
        handed = send(sara, path, {"file_id": sara.upload("payment.receipt"), "note": "Melli"})
        assert handed.status_code == 201
    assert state(payment) == "pending"
    assert staff.get(f"/api/v1/kernel/files/{handed.json['file_id']}").status_code == 200
    assert send(sara, f"{path}/decision", {"approved": True}).status_code == 403
    assert send(staff, f"{path}/decision", {"approved": True}).json["is_approved"] is True
    assert (state(payment), len(bills.paid)) == ("paid", 1)


def test_a_receipt_is_rejected(
    opened: Any, bank: Any, staff: Any, sara: Any, send: Any, state: Any, bills: Any
) -> None:
    payment = opened(method="receipt")
    path = f"/payments/{payment['id']}/receipt"
    send(sara, path, {"file_id": sara.upload("payment.receipt")})
    send(staff, f"{path}/decision", {"approved": False, "answer": "No such transfer."})
    assert (state(payment), bills.paid, len(bills.failed)) == ("failed", [], 1)
    history = sara.get(f"{API}/payments/{payment['id']}/changes").json["items"]
    assert "No such transfer." in [step["reason"] for step in history]


def test_another_s_upload_is_no_receipt(opened: Any, bank: Any, sara: Any, as_user: Any, send: Any) -> None:
    payment = opened(method="receipt")
    file_id = as_user().upload("payment.receipt")
    answer = send(sara, f"/payments/{payment['id']}/receipt", {"file_id": file_id})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/file_id")


def test_each_method_has_its_own_way(opened: Any, bank: Any, staff: Any, sara: Any, send: Any) -> None:
    payment = opened()
    assert send(staff, f"/payments/{payment['id']}/collection").json["code"] == "payment.wrong_method"
    body = {"file_id": sara.upload("payment.receipt")}
    assert send(sara, f"/payments/{payment['id']}/receipt", body).json["code"] == "payment.wrong_method"
