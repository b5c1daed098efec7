"""A request that comes twice has its effect once, on both databases, side by side and after a crash."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Response
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from kernel.clock import FrozenClock
from kernel.db import Model, WritersCollided, session, transaction
from kernel.errors import Conflict, PermissionDenied, Problem
from kernel.identity.access import public
from kernel.rest import Blueprint, Schema, contended, fields, idempotency, idempotent
from kernel.rest.maintenance import purge_idempotency
from kernel.rest.models import IdempotencyKey
from tests.rest.conftest import MakeSite, Site, as_user


class Payment(Model):
    __tablename__ = "tests_rest_payment"
    amount: Mapped[int]
    reference: Mapped[str | None] = mapped_column(sa.String(20), unique=True)


class PaymentSchema(Schema):
    id = fields.Id(dump_only=True)
    amount = fields.Integer(required=True)


After = Callable[[Payment], Any]


def bank(after: After = lambda payment: payment) -> Blueprint:
    blp = Blueprint("bank", "asoud_bank")

    @blp.post("/payments")
    @blp.arguments(PaymentSchema)
    @blp.response(201, PaymentSchema)
    @idempotent
    @public
    def add_payment(values: dict[str, Any]) -> Any:
        return after(pay(amount=values.pop("amount")))

    @blp.post("/refunds")
    @blp.arguments(PaymentSchema)
    @blp.response(201, PaymentSchema)
    @idempotent
    @public
    def add_refund(values: dict[str, Any]) -> Any:
        return pay(amount=-values["amount"]), 201, {"Location": "/refunds/1"}

    return blp


@transaction
def pay(amount: int) -> Payment:
    payment = Payment(amount=amount)
    session().add(payment)
    session().flush()
    return payment


def post(site: Site, key: str | None = "k1", amount: int = 5, path: str = "payments") -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return site.app.test_client().post(f"/api/v1/bank/{path}", json={"amount": amount}, headers=headers)


def amounts(site: Site) -> list[int]:
    with site.app.app_context():
        return sorted(session().scalars(sa.select(Payment.amount)))


Make = Callable[..., Site]


@pytest.fixture
def make_bank(make_site: MakeSite, database_url: str) -> Make:
    return lambda after=lambda payment: payment: make_site(bank(after), tables=True, database_url=database_url)


def test_a_repeat_gets_the_first_answer(make_bank: Make) -> None:
    site = make_bank()
    first, second = post(site), post(site)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.data == first.data
    assert second.content_type == first.content_type
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert amounts(site) == [5]


def test_the_key_is_required_and_must_be_readable(make_bank: Make) -> None:
    site = make_bank()
    missing = post(site, None)
    assert (missing.status_code, missing.json["code"]) == (400, "idempotency_key_required")
    assert post(site, "with space").status_code == 400
    assert post(site, "x" * 256).status_code == 400
    assert amounts(site) == []


def test_another_body_with_the_same_key_is_refused(make_bank: Make) -> None:
    site = make_bank()
    post(site)
    answer = post(site, amount=6)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")


def test_keys_are_scoped_to_caller_and_route(make_bank: Make) -> None:
    site = make_bank()
    post(site)
    refund = post(site, path="refunds")
    assert (refund.status_code, refund.headers["Location"]) == (201, "/refunds/1")
    assert post(site, path="refunds").headers["Location"] == "/refunds/1"
    for user in (uuid4(), uuid4()):
        with as_user(user):
            assert "Idempotent-Replayed" not in post(site).headers
    assert amounts(site) == [-5, 5, 5, 5]


def test_only_one_of_many_at_once_does_the_work(make_bank: Make) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def wait(payment: Payment) -> Payment:
        inside.set()
        assert go_on.wait(20)
        return payment

    site = make_bank(wait)
    sqlite = site.platform.db.engine.dialect.name == "sqlite"
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(post, site)
        assert inside.wait(20)
        if not sqlite:  # SQLite has one writer: the others wait for it, up to a limit
            assert {post(site).json["code"] for _ in range(3)} == {"request_in_progress"}
        rest = [pool.submit(post, site) for _ in range(4)]
        go_on.set()
        assert first.result().status_code == 201
        assert {answer.result().status_code for answer in rest} <= {201, 409}
    assert amounts(site) == [5]


def test_a_burst_has_one_effect(make_bank: Make) -> None:
    site = make_bank()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(site), range(16)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert amounts(site) == [5]
    assert post(site).headers["Idempotent-Replayed"] == "true"


def fails_once(error: Exception) -> After:
    left = [error]

    def after(payment: Payment) -> Payment:
        if left:
            raise left.pop()
        return payment

    return after


@pytest.mark.parametrize("error", [RuntimeError("crash"), PermissionDenied(), IntegrityError("x", {}, Exception())])
def test_a_failure_has_no_effect_and_frees_the_key(make_bank: Make, error: Exception) -> None:
    site = make_bank(fails_once(error))
    assert post(site).status_code in (403, 409, 500)
    assert amounts(site) == []
    assert post(site).status_code == 201
    assert amounts(site) == [5]


def test_writers_that_collide_try_again(make_bank: Make) -> None:
    site = make_bank(fails_once(WritersCollided()))
    assert post(site).status_code == 201
    assert amounts(site) == [5]


def test_a_refusal_is_an_outcome_too(make_bank: Make) -> None:
    site = make_bank(fails_once(Conflict("sold out")))
    first, second = post(site), post(site)
    assert (first.status_code, second.status_code) == (409, 409)
    assert second.data == first.data
    assert second.content_type == "application/problem+json"
    assert second.headers["Idempotent-Replayed"] == "true"
    assert amounts(site) == []


def test_a_server_error_by_hand_is_not_stored(make_bank: Make) -> None:
    site = make_bank(lambda payment: Response("broken", 502))
    assert post(site).status_code == 503
    assert amounts(site) == []
    assert keys(site) == 0


def keys(site: Site) -> int:
    with site.app.app_context():
        return session().scalar(sa.select(sa.func.count()).select_from(IdempotencyKey)) or 0


def die_after_claim(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """A process that is killed between its claim and its commit."""

    class Killed(BaseException):
        pass

    def killed(*args: object) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "_run", killed)
        with pytest.raises(Killed):
            post(site)


def test_a_crash_blocks_the_key_for_its_lease_only(make_bank: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_bank()
    with FrozenClock() as clock:
        die_after_claim(monkeypatch, site)
        answer = post(site)
        assert (answer.status_code, answer.json["code"]) == (409, "request_in_progress")
        assert answer.headers["Retry-After"]
        clock.tick(site.platform.settings.request_timeout_seconds + 31)
        assert post(site).status_code == 201
    assert amounts(site) == [5]


def test_a_run_that_outlived_its_lease_has_no_effect(make_site: MakeSite) -> None:
    def lose_claim(payment: Payment) -> Payment:
        session().execute(sa.update(IdempotencyKey).values(claim=uuid4()))
        return payment

    site = make_site(bank(lose_claim), tables=True)
    assert post(site).status_code == 409
    assert amounts(site) == []


def test_a_claim_that_cannot_be_freed(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(claim: Any) -> None:
        raise RuntimeError("database away")

    monkeypatch.setattr(idempotency, "_forget", broken)
    assert post(make_site(bank(fails_once(PermissionDenied())), tables=True)).status_code == 403


def test_inserting_that_never_succeeds_is_in_progress(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    def beaten(*args: object) -> Any:
        raise IntegrityError("insert", {}, Exception("unique"))

    monkeypatch.setattr(idempotency, "_look_and_claim", beaten)
    assert post(make_site(bank(), tables=True)).json["code"] == "request_in_progress"


def test_answers_are_kept_for_a_day(make_bank: Make) -> None:
    site = make_bank()
    with FrozenClock() as clock:
        post(site)
        clock.tick(timedelta(hours=23, minutes=59).total_seconds())
        assert post(site).headers["Idempotent-Replayed"] == "true"
        clock.tick(120)
        assert post(site, amount=7).status_code == 201
        with site.app.app_context():
            purge_idempotency()
        assert keys(site) == 1
        clock.tick(timedelta(hours=24).total_seconds())
        with site.app.app_context():
            purge_idempotency()
    assert keys(site) == 0
    assert amounts(site) == [5, 7]


def test_a_contended_update_checks_inside_the_transaction(make_site: MakeSite, database_url: str) -> None:
    class Gone(Problem):
        status, code, title = 410, "account.gone", "It is gone."

    blp = Blueprint("account", "asoud_account")
    depths: list[int] = []

    def version(payment_id: UUID) -> int:
        depths.append(session().depth)  # type: ignore[attr-defined]  # our session counts its transactions
        found = session().get(Payment, payment_id, with_for_update=True)
        if found is None:
            raise Gone
        return found.amount

    @blp.get("/payments/<uuid:payment_id>")
    @blp.response(200, PaymentSchema)
    @public
    def get_payment(payment_id: UUID) -> Any:
        return session().get(Payment, payment_id)

    @blp.put("/payments/<uuid:payment_id>")
    @blp.arguments(PaymentSchema)
    @blp.response(200, PaymentSchema)
    @contended(version)
    @public
    def set_payment(values: dict[str, Any], payment_id: UUID) -> Any:
        payment = session().get_one(Payment, payment_id)
        payment.amount = values["amount"]
        return payment

    site = make_site(blp, tables=True, database_url=database_url)
    with site.app.app_context():
        address = f"/api/v1/account/payments/{pay(amount=1).id}"
    put = lambda amount, etag: site.client.put(address, json={"amount": amount}, headers=etag)  # noqa: E731 - a shorthand
    assert put(2, {}).status_code == 428
    assert put(2, {"If-Match": '"other"'}).status_code == 412
    changed = put(2, {"If-Match": "*"})
    assert changed.status_code == 200
    assert put(3, {"If-Match": changed.headers["ETag"]}).status_code == 200
    assert put(4, {"If-Match": changed.headers["ETag"]}).status_code == 412
    address = f"/api/v1/account/payments/{uuid4()}"
    assert put(1, {"If-Match": "*"}).status_code == 410
    assert set(depths) == {1}
