"""The endpoints, in both languages, and their caching."""

from __future__ import annotations

import datetime as dt
from typing import Any


def test_banks_come_with_their_numbers_in_the_clients_language(client: Any) -> None:
    banks = client.get("/api/v1/iran/banks", headers={"Accept-Language": "en"}).json
    assert banks["next"] is None
    assert len(banks["items"]) == 32
    assert {"code": "mellat", "name": "Mellat", "sheba": "012", "cards": ["610433", "991975"]} in banks["items"]
    persian = client.get("/api/v1/iran/banks", headers={"Accept-Language": "fa"}).json["items"]
    assert "ملت" in {bank["name"] for bank in persian}


def test_holidays_of_a_jalali_year(client: Any) -> None:
    answer = client.get("/api/v1/iran/holidays?year=۱۴۰۵", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    first = answer.json["items"][0]
    assert (first["date"], first["jalali_date"]) == ("2026-03-21", "1405-01-01")
    assert "Nowruz" in first["name"]
    persian = client.get("/api/v1/iran/holidays?year=1405", headers={"Accept-Language": "fa"}).json["items"]
    assert "نوروز" in persian[0]["name"]
    assert [item["date"] for item in persian] == [item["date"] for item in answer.json["items"]]


def test_without_a_year_it_is_the_present_one_in_tehran(client: Any, clock: Any) -> None:
    after_midnight_in_tehran = dt.datetime(2026, 3, 20, 20, 45, tzinfo=dt.UTC)
    clock.tick((after_midnight_in_tehran - clock.now()).total_seconds())
    assert client.get("/api/v1/iran/holidays").json["items"][0]["jalali_date"] == "1405-01-01"


def test_wrong_parameters_are_named(client: Any) -> None:
    for query, status, pointer, code in (
        ("year=1000", 422, "/query/year", "range"),
        ("year=x", 422, "/query/year", "invalid"),
        ("month=1", 400, "/query/month", "unknown_parameter"),
    ):
        answer = client.get(f"/api/v1/iran/holidays?{query}")
        assert answer.status_code == status
        assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [(pointer, code)]


def test_an_unchanged_answer_is_not_sent_again(client: Any) -> None:
    first = client.get("/api/v1/iran/banks")
    again = client.get("/api/v1/iran/banks", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
