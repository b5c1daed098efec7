"""Balances, entries, statements and postings over REST."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from asoud_ledger.chart import account, credit, debit
from asoud_ledger.services import balance_at, post, posting_of, reading
from asoud_ledger.testing import API, account_of

from addon_sdk import Money, new_id, now

REVENUE = account("platform_revenue")


@pytest.fixture
def wallet(sara: Any) -> Any:
    return account("buyer_wallet", sara.user_id)


@pytest.fixture
def moments(app: Any, clock: Any, wallet: Any, give: Any) -> list[Any]:
    """A minute apart: 1000 in, 300 spent, 50 in; the moments."""
    found = []
    for amount in (1000, -300, 50):
        found.append(now())
        if amount > 0:
            give(wallet, amount)
        else:
            with app.app_context():
                money = Money(-amount, "IRR")
                post("spent", "wallet.spent", [debit(wallet, money), credit(REVENUE, money)], memo="=1+1")
        clock.tick(60)
    return found


@pytest.fixture
def path(app: Any, wallet: Any, moments: Any) -> str:
    with app.app_context():
        return f"{API}/accounts/{account_of(wallet).id}"


def rial(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "IRR"}


def test_a_user_sees_his_account_and_its_entries(sara: Any, path: str, wallet: Any) -> None:
    (mine,) = sara.get(f"{API}/accounts").json["items"]
    assert sara.get(path).json == mine
    assert (mine["kind"], mine["holder"], mine["balance"]) == ("buyer_wallet", wallet.holder, rial(750))
    assert mine["entries"] == 3
    entries = sara.get(f"{path}/entries").json["items"]
    assert [(each["side"], each["amount"]["amount"], each["balance"]["amount"]) for each in entries] == [
        ("credit", 50, 750),
        ("debit", -300, 700),
        ("credit", 1000, 1000),
    ]
    assert entries[1]["kind"] == "wallet.spent"


def test_entries_come_in_pages_and_of_a_time(sara: Any, path: str, moments: Any) -> None:
    found, cursor = [], ""
    while cursor is not None:
        page = sara.get(f"{path}/entries?limit=1{cursor and f'&cursor={cursor}'}").json
        found += [each["sequence"] for each in page["items"]]
        cursor = page["next"]
    assert found == [3, 2, 1]
    between = f"posted_at_min={_z(moments[1])}&posted_at_max={_z(moments[1])}"
    assert [each["sequence"] for each in sara.get(f"{path}/entries?{between}").json["items"]] == [2]


def _z(moment: Any) -> str:
    return str(moment.isoformat().replace("+00:00", "Z"))


def test_strangers_see_nothing(path: str, as_user: Any, client: Any) -> None:
    other = as_user()
    assert other.get(f"{API}/accounts").json["items"] == []
    for below in ("", "/entries", "/statement.csv"):
        assert other.get(path + below).status_code == 404
        assert client.get(path + below).status_code == 401


def test_a_keeper_finds_all_accounts(keeper: Any, path: str) -> None:
    kinds = {each["kind"]: each["balance"]["amount"] for each in keeper.get(f"{API}/accounts").json["items"]}
    assert kinds == {"buyer_wallet": 750, "gateway_clearing": 1050, "platform_revenue": 300}
    (found,) = keeper.get(f"{API}/accounts?kind=platform_revenue&currency=IRR").json["items"]
    assert (found["holder_type"], found["holder"]) == ("platform", "")


def test_a_balance_at_any_moment(app: Any, wallet: Any, moments: Any, db: Any) -> None:
    with app.app_context():
        before = moments[0] - timedelta(seconds=1)
        held = [balance_at(wallet, "IRR", moment).amount for moment in (before, *moments)]
        assert held == [0, 1000, 700, 750]
        assert balance_at(account("buyer_wallet", new_id()), "IRR", now()) == Money(0, "IRR")
        with db.queries() as asked:
            balance_at(wallet, "IRR", now())
        assert len(asked) == 1


def test_a_statement_is_a_file(sara: Any, path: str, moments: Any) -> None:
    answer = sara.get(f"{path}/statement.csv?since={_z(moments[1])}")
    assert answer.headers["Content-Type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(line["kind"], line["amount"], line["balance"]) for line in lines] == [
        ("opening_balance", "", "1000"),
        ("wallet.spent", "-300", "700"),
        ("test.funded", "50", "750"),
        ("closing_balance", "", "750"),
    ]
    assert lines[1]["memo"] == "'=1+1", "no spreadsheet takes it for a formula"
    whole = list(csv.DictReader(io.StringIO(sara.get(f"{path}/statement.csv").text)))
    assert [line["balance"] for line in whole] == ["0", "1000", "700", "750", "750"]
    later = f"{path}/statement.csv?since={_z(now())}"
    assert [line["balance"] for line in csv.DictReader(io.StringIO(sara.get(later).text))] == ["750", "750"]
    early = f"{path}/statement.csv?until={_z(moments[0])}"
    assert [line["balance"] for line in csv.DictReader(io.StringIO(sara.get(early).text))] == ["0", "0"]


def test_a_statement_has_an_end(sara: Any, path: str, moments: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONGEST_STATEMENT", 2)
    assert sara.get(f"{path}/statement.csv").json["code"] == "ledger.statement_too_long"
    assert sara.get(f"{path}/statement.csv?since={_z(moments[1])}").status_code == 200
    wrong = sara.get(f"{path}/statement.csv?since={_z(moments[1])}&until={_z(moments[0])}")
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/query/until")


def test_a_keeper_follows_postings(app: Any, keeper: Any, path: str) -> None:
    (found,) = keeper.get(f"{API}/postings?cause=spent").json["items"]
    assert (found["kind"], found["memo"]) == ("wallet.spent", "=1+1")
    detail = keeper.get(f"{API}/postings/{found['id']}").json
    assert [(each["side"], each["account"]["kind"], each["amount"]) for each in detail["entries"]] == [
        ("debit", "buyer_wallet", rial(300)),
        ("credit", "platform_revenue", rial(300)),
    ]
    assert keeper.get(f"{API}/postings/{new_id()}").status_code == 404
    assert len(keeper.get(f"{API}/postings?kind=test.funded").json["items"]) == 2


def test_debits_equal_credits(keeper: Any, path: str, moments: Any) -> None:
    def sums(query: str = "") -> dict[str, int]:
        rows = keeper.get(f"{API}/balances{query}").json["items"]
        sides = {"debit": 0, "credit": 0}
        for row in rows:
            sides[row["side"]] += row["balance"]["amount"]
        return sides

    assert sums() == {"debit": 1050, "credit": 1050}
    assert sums(f"?at={_z(moments[0])}") == {"debit": 1000, "credit": 1000}


def test_a_keeper_reverses_a_mistake_once(app: Any, keeper: Any, path: str) -> None:
    with app.app_context():
        made = posting_of("spent")
    assert made is not None
    to, reason = f"{API}/postings/{made.id}/reversals", {"reason": "wrong buyer"}
    first = keeper.post(to, json=reason, headers={"Idempotency-Key": "a"})
    assert (first.status_code, first.json["reverses_id"]) == (201, str(made.id))
    again = keeper.post(to, json=reason, headers={"Idempotency-Key": "a"})
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert keeper.post(to, json=reason, headers={"Idempotency-Key": "b"}).json["code"] == "ledger.already_reversed"
    assert keeper.post(to, json=reason).status_code == 400
    assert keeper.get(path).json["balance"] == rial(1050)
    viewer = f"{API}/postings/{new_id()}/reversals"
    assert keeper.post(viewer, json=reason, headers={"Idempotency-Key": "c"}).status_code == 404
