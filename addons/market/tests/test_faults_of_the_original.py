"""The faults of the system that this addon replaces (its inventory, 1.4, 2.2, 2.5 and 3); none may come back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_market.services import mark_unpaid
from asoud_market.testing import API
from asoud_users.testing import make_user

MINE = f"{API}/my/markets"
CHANGES = [
    ("PATCH", "", {"name": "دزدیده"}),
    ("PUT", "/location", {}),
    ("PUT", "/contact", {"mobile": "09120000002"}),
    ("PUT", "/hours", {"shows_hours": True, "week": [[]] * 7}),
    ("PUT", "/closure", {}),
    ("DELETE", "/closure", None),
    ("PUT", "/theme", {}),
    ("PUT", "/logo", {"file_id": str(UUID(int=1))}),
    ("DELETE", "/logo", None),
    ("PUT", "/background", {"file_id": str(UUID(int=1))}),
    ("DELETE", "/background", None),
    ("POST", "/pictures", {"file_id": str(UUID(int=1))}),
    ("PATCH", f"/pictures/{UUID(int=1)}", {"title": "x"}),
    ("DELETE", f"/pictures/{UUID(int=1)}", None),
    ("POST", "/moves", {"to": "inactive"}),
    ("POST", "/requests", {"kind": "publication"}),
    ("DELETE", f"/requests/{UUID(int=1)}", None),
    ("PUT", "/gateway", {"choice": "asoud"}),
    ("POST", "/invitations", {}),
    ("DELETE", f"/invitations/{UUID(int=1)}", None),
    ("PATCH", f"/staff/{UUID(int=1)}", {"title": "x"}),
    ("DELETE", f"/staff/{UUID(int=1)}", None),
    ("POST", "/colleagues", {"mobile": "09120000002"}),
    ("PATCH", f"/colleagues/{UUID(int=1)}", {"name": "x"}),
    ("DELETE", f"/colleagues/{UUID(int=1)}", None),
]
READS = [
    "",
    "/preview",
    "/location",
    "/contact",
    "/hours",
    "/theme",
    "/pictures",
    "/actions",
    "/steps",
    "/moves",
    "/requests",
    "/invitations",
    "/staff",
    "/staff-permissions",
    "/colleagues",
    "/gateway",
    "/share",
    "/shares",
]


def test_strangers_change_nothing_of_any_market(
    owner: Any, sara: Any, client: Any, market: Any, published: Any
) -> None:
    hidden, public = f"{MINE}/{market['id']}", f"{MINE}/{published(owner)}"
    for method, path, body in CHANGES:
        assert client.open(hidden + path, method=method, json=body).status_code == 401, path
        assert sara.open(hidden + path, method=method, json=body).status_code == 404, path
        assert sara.open(public + path, method=method, json=body).status_code == 403, path
    for path in READS:
        assert sara.get(hidden + path).status_code == 404, path
        assert sara.get(public + path).status_code == 403, path


@pytest.mark.parametrize(
    ("method", "part"),
    [("PUT", "/background"), ("DELETE", "/background"), ("POST", "/pictures"), ("PATCH", ""), ("DELETE", "")],
)
def test_strangers_change_no_background_and_no_slider(
    owner: Any, sara: Any, client: Any, published: Any, method: str, part: str
) -> None:
    """Any logged-in user could; here with an upload of his own, and for a slide that is there."""
    market_id = published(owner)
    path = f"{MINE}/{market_id}"
    slide = owner.post(f"{path}/pictures", json={"file_id": owner.upload("market.picture"), "title": "یک"}).json
    owner.put(f"{path}/background", json={"file_id": owner.upload("market.background")})
    before = owner.get(f"{path}/preview").json
    upload = {"file_id": sara.upload(f"market.{'background' if part == '/background' else 'picture'}")}
    place = f"{path}{part or '/pictures/' + slide['id']}"
    body = {"PUT": upload, "POST": upload, "PATCH": {"title": "دزدیده"}, "DELETE": None}[method]
    sent: dict[str, Any] = {"method": method, "json": body, "headers": {"If-Match": "*"}}
    assert sara.open(place, **sent).status_code == 404
    own = sara.post(MINE, json={"kind": "shop", "name": "فروشگاه سارا"}).json["id"]
    if not part:
        assert sara.open(place.replace(market_id, own), **sent).status_code == 404
    assert owner.get(f"{path}/preview").json == before


def test_nothing_changes_by_get(owner: Any, market: Any) -> None:
    for path in ("inactive", "queue", "publish"):
        assert owner.get(f"{MINE}/{market['id']}/{path}").status_code == 404
    before = owner.get(f"{MINE}/{market['id']}").json
    for path in READS:
        owner.get(f"{MINE}/{market['id']}{path}")
    assert owner.get(f"{MINE}/{market['id']}").json == before


@pytest.mark.parametrize("to", ["published", "unpaid_under_creation", "payment_pending", "paid_needs_editing"])
def test_an_owner_publishes_or_moves_nothing_past_the_table(owner: Any, complete_market: Any, to: str) -> None:
    path = f"{MINE}/{complete_market['id']}"
    owner.post(f"{path}/requests", json={"kind": "publication"})
    answer = owner.post(f"{path}/moves", json={"to": to})
    assert (answer.status_code, answer.json["code"]) == (409, "market.move_not_allowed")
    assert owner.get(path).json["status"] == "paid_in_publication_queue"


def test_there_is_no_state_outside_the_eight(owner: Any, market: Any) -> None:
    answer = owner.post(f"{MINE}/{market['id']}/moves", json={"to": "queue"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/to")


def test_only_the_sites_staff_decides(owner: Any, sara: Any, complete_market: Any) -> None:
    made = owner.post(f"{MINE}/{complete_market['id']}/requests", json={"kind": "publication"}).json
    path = f"{API}/requests/{made['id']}/decision"
    for caller in (owner, sara):
        assert caller.get(f"{API}/requests").status_code == 403
        assert caller.put(path, json={"approved": True}, headers={"If-Match": "*"}).status_code == 403


def test_an_approved_reactivation_does_something(owner: Any, market: Any, decide: Any) -> None:
    path = f"{MINE}/{market['id']}"
    owner.post(f"{path}/moves", json={"to": "inactive"})
    owner.post(f"{path}/requests", json={"kind": "reactivation"})
    decide(market["id"], approved=True)
    assert owner.get(path).json["status"] == "paid_under_creation"


def test_a_request_is_accepted_only_where_its_approval_works(owner: Any, published: Any) -> None:
    path = f"{MINE}/{published(owner)}/requests"
    for kind in ("publication", "editing", "reactivation"):
        assert owner.post(path, json={"kind": kind}).json["code"] == "market.move_not_allowed"


def test_the_public_card_looks_at_the_state(owner: Any, client: Any, published: Any) -> None:
    market_id = published(owner, business_id="card-one")
    card = f"{API}/markets/by-business-id/card-one"
    assert client.get(card).status_code == 200
    owner.post(f"{MINE}/{market_id}/moves", json={"to": "inactive"})
    assert client.get(card).status_code == 404


def test_the_public_card_hides_what_is_not_paid(owner: Any, client: Any, published: Any, db: Any) -> None:
    market_id = published(owner, business_id="card-one")
    db.run(mark_unpaid, UUID(market_id))
    assert client.get(f"{API}/markets/by-business-id/card-one").status_code == 404
    assert client.get(f"{API}/markets/{market_id}").status_code == 404


def test_a_request_queues_the_market(owner: Any, complete_market: Any, staff: Any) -> None:
    path = f"{MINE}/{complete_market['id']}"
    assert owner.post(f"{path}/requests", json={"kind": "publication"}).status_code == 201
    assert owner.get(path).json["status"] == "paid_in_publication_queue"
    assert [each["status"] for each in staff.get(f"{API}/requests?state=pending").json["items"]] == [
        "paid_in_publication_queue"
    ]


def test_edits_of_a_public_market_are_looked_at_again(owner: Any, client: Any, published: Any, change: Any) -> None:
    market_id = published(owner)
    path = f"{MINE}/{market_id}"
    assert change(owner, path, {"description": "چیز دیگر"}, "PATCH").json["status"] == "paid_in_publication_queue"
    assert client.get(f"{API}/markets/{market_id}").status_code == 404
    assert [each["kind"] for each in owner.get(f"{path}/requests?state=pending").json["items"]] == ["editing"]


def test_every_mobile_prefix_is_taken(owner: Any, market: Any, change: Any) -> None:
    for prefix in range(910, 920):
        answer = change(owner, f"{MINE}/{market['id']}/contact", {"mobile": f"0{prefix}1234567"})
        assert answer.status_code == 200, prefix


def test_an_ordinary_user_opens_more_than_five_markets(app: Any, as_user: Any) -> None:
    anybody = as_user(make_user(app, "+989129999999"))
    answers = [anybody.post(MINE, json={"kind": "shop", "name": f"فروشگاه {n}"}).status_code for n in range(6)]
    assert answers == [201] * 6


def test_lists_have_pages(owner: Any, open_market: Any) -> None:
    for number in range(3):
        open_market(owner, name=f"فروشگاه {number}")
    page = owner.get(f"{MINE}?limit=2").json
    assert len(page["items"]) == 2
    assert len(owner.get(f"{MINE}?limit=2&cursor={page['next']}").json["items"]) == 1
