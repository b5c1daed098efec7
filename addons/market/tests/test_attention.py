"""Likes, bookmarks, views, reports, shares."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from asoud_market.models import Market, Tally, View
from asoud_market.services import attention, tallies
from asoud_market.testing import API
from sqlalchemy import select

from addon_sdk import Principal, acting_as

MARKETS = f"{API}/markets"


@pytest.fixture
def place(owner: Any, published: Any) -> str:
    return f"{MARKETS}/{published(owner, name='نان', business_id='nan-one')}"


def counts(client: Any, db: Any, place: str) -> dict[str, int]:
    db.run(tallies.add_up)
    shown = client.get(place).json
    return {name: shown[f"{name}_count"] for name in ("view", "like", "bookmark", "share")}


def test_likes_and_bookmarks_count_once_and_are_taken_back(
    sara: Any, reza: Any, client: Any, place: str, db: Any
) -> None:
    for _ in range(2):
        assert sara.put(f"{place}/like").status_code == 204
        assert sara.put(f"{place}/bookmark").status_code == 204
    reza.put(f"{place}/like")
    assert counts(client, db, place) == {"view": 0, "like": 2, "bookmark": 1, "share": 0}
    mine = sara.get(place).json
    assert (mine["liked"], mine["bookmarked"]) == (True, True)
    assert [item["name"] for item in sara.get(f"{API}/my/bookmarks").json["items"]] == ["نان"]
    for _ in range(2):
        assert sara.delete(f"{place}/like").status_code == 204
        assert sara.delete(f"{place}/bookmark").status_code == 204
    assert counts(client, db, place) == {"view": 0, "like": 1, "bookmark": 0, "share": 0}
    assert sara.get(f"{API}/my/bookmarks").json["items"] == []
    guest = client.get(place).json
    assert (guest["liked"], guest["bookmarked"]) == (None, None)


def test_a_user_counts_once_a_guest_once_an_hour(sara: Any, client: Any, place: str, db: Any, clock: Any) -> None:
    assert [sara.post(f"{place}/views").json["counted"] for _ in range(3)] == [True, False, False]
    assert [client.post(f"{place}/views").json["counted"] for _ in range(2)] == [True, False]
    elsewhere = client.post(f"{place}/views", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.json["counted"] is True
    clock.tick(3600)
    assert client.post(f"{place}/views").json["counted"] is True
    assert counts(client, db, place)["view"] == 4
    assert not any("127.0.0.1" in view.viewer for view in db.all(select(View)))
    clock.tick(3 * 3600)
    db.run(tallies.forget_guests)
    assert [view.is_guest for view in db.all(select(View))] == [False]


FORGED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "User-Agent")


def test_headers_make_no_views(client: Any, place: str) -> None:
    forged = [{header: f"198.51.100.{number}"} for header in FORGED for number in (1, 2)]
    counted = [client.post(f"{place}/views", headers=headers).json["counted"] for headers in ({}, *forged)]
    assert counted == [True] + [False] * len(forged)


def test_a_customers_whole_network_counts_once(client: Any, place: str) -> None:
    counted = [
        client.post(f"{place}/views", environ_base={"REMOTE_ADDR": address}).json["counted"]
        for address in ("2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:1:ffff::3", "2001:db8:1:2::1")
    ]
    assert counted == [True, False, False, True]


def test_a_guest_counts_an_hour_after_the_last_time_not_in_the_next_hour(client: Any, place: str, clock: Any) -> None:
    moment = clock.now()
    clock.tick(3600 - 60 * moment.minute - moment.second - 1)
    counted = []
    for seconds in (0, 2, 3597, 1, 3599, 1):
        clock.tick(seconds)
        counted.append(client.post(f"{place}/views").json["counted"])
    assert counted == [True, False, False, True, False, True]


def test_nobody_waits_for_a_market_that_others_look_at(at_once: Any, place: str, db: Any, reza: Any) -> None:
    market_id = UUID(place.rsplit("/", 1)[1])

    def look(number: int) -> None:
        for turn in range(5):
            with acting_as(Principal(user_id=UUID(int=number * 100 + turn % 3))):
                attention.look(market_id)

    assert at_once(*(partial(look, number) for number in range(1, 9))) == [None] * 8
    assert db.run(tallies.add_up) == 24
    assert db.all(select(Market.view_count).where(Market.id == market_id)) == [24]
    assert db.count(Tally) == 0


def test_counting_is_no_change_of_the_market(owner: Any, sara: Any, place: str, db: Any) -> None:
    mine = f"{API}/my/markets/{place.rsplit('/', 1)[1]}"
    before = owner.get(mine)
    sara.post(f"{place}/views")
    db.run(tallies.add_up)
    after = owner.get(mine)
    assert after.json["view_count"] == 1
    assert (after.headers["ETag"], after.json["updated_at"]) == (before.headers["ETag"], before.json["updated_at"])


def test_reports_reach_the_sites_staff(sara: Any, reza: Any, staff: Any, place: str, outbox: Any) -> None:
    body = {"reason": "fraud", "text": "کالا نیامد"}
    made = sara.post(f"{place}/reports", json=body)
    assert (made.status_code, "note" in made.json) == (201, False)
    again = sara.post(f"{place}/reports", json=body)
    assert (again.status_code, again.json["code"]) == (409, "market.report_open")
    assert reza.post(f"{place}/reports", json={"reason": "other"}).status_code == 201
    assert sara.get(f"{API}/reports").status_code == 403
    listed = staff.get(f"{API}/reports?state=new&reason=fraud").json["items"]
    assert [report["text"] for report in listed] == ["کالا نیامد"]
    path = f"{API}/reports/{made.json['id']}"
    assert sara.patch(path, json={"state": "completed"}).status_code == 403
    done = staff.patch(path, json={"state": "completed", "note": "بررسی شد"}).json
    assert (done["state"], done["note"]) == ("completed", "بررسی شد")
    assert staff.patch(path, json={"state": "new"}).status_code == 200
    again = sara.post(f"{place}/reports", json=body)
    assert (again.status_code, again.json["code"]) == (409, "market.report_open")
    assert staff.patch(path, json={"state": "archived"}).status_code == 200
    assert sara.post(f"{place}/reports", json=body).status_code == 201
    refused = staff.patch(path, json={"state": "in_progress"})
    assert (refused.status_code, refused.json["code"]) == (409, "market.another_report_open")
    assert len(outbox.payloads("market.reported")) == 3


def test_a_share_link_leads_to_the_subdomain_first(client: Any, place: str, settings: Any) -> None:
    settings["market.site_url"] = "https://asoud.example/"
    assert client.get(f"{place}/share").json["url"] == "https://asoud.example/nan-one"
    settings["market.subdomain_host"] = "asoud.example"
    shared = client.get(f"{place}/share").json
    assert shared["url"] == "https://nan-one.asoud.example"
    assert shared["platforms"]["telegram"].startswith("https://t.me/share/url?url=https%3A%2F%2Fnan-one")


def test_shares_are_counted_by_platform(owner: Any, sara: Any, client: Any, place: str, db: Any) -> None:
    for caller, platform in ((sara, "telegram"), (client, "telegram"), (client, "qr_code")):
        assert caller.post(f"{place}/shares", json={"platform": platform}).status_code == 204
    assert client.post(f"{place}/shares", json={"platform": "fax"}).status_code == 422
    figures = owner.get(f"{API}/my/markets/{place.rsplit('/', 1)[1]}/shares").json
    assert (figures["total"], figures["platforms"]["telegram"], figures["platforms"]["email"]) == (3, 2, 0)
    assert counts(client, db, place)["share"] == 3


def test_nothing_of_it_works_for_markets_that_are_not_public(
    owner: Any, sara: Any, client: Any, market: Any, place: str
) -> None:
    hidden = f"{MARKETS}/{market['id']}"
    for caller, method, path, body in [
        (sara, "PUT", "like", None),
        (sara, "PUT", "bookmark", None),
        (sara, "DELETE", "like", None),
        (client, "POST", "views", None),
        (sara, "POST", "reports", {"reason": "fraud"}),
        (client, "GET", "share", None),
        (client, "POST", "shares", {"platform": "sms"}),
    ]:
        assert caller.open(f"{hidden}/{path}", method=method, json=body).status_code == 404, path
    own = owner.get(f"{API}/my/markets/{market['id']}/share")
    assert (own.status_code, own.json["code"]) == (409, "market.not_published")


def test_a_bookmark_of_what_is_no_longer_public_can_go(owner: Any, sara: Any, place: str) -> None:
    sara.put(f"{place}/bookmark")
    market_id = place.rsplit("/", 1)[1]
    owner.post(f"{API}/my/markets/{market_id}/moves", json={"to": "inactive"})
    assert sara.get(f"{API}/my/bookmarks").json["items"] == []
    assert sara.delete(f"{place}/bookmark").status_code == 204
    assert sara.delete(f"{place}/bookmark").status_code == 404
