"""An owner, others, the site's staff, and markets on their way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from asoud_market.testing import API, complete, make_market, publish_market
from asoud_users.testing import make_user

from addon_sdk import Principal, acting_as, transaction

MINE = f"{API}/my/markets"
MARKETS = f"{API}/markets"


@pytest.fixture
def owner(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000001"))


@pytest.fixture
def sara(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000002"))


@pytest.fixture
def reza(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000003"))


@pytest.fixture
def staff(app: Any, as_user: Any) -> Any:
    """The site's staff."""
    return as_user(make_user(app, "+989120000009"), roles=["admin"])


@pytest.fixture
def open_market() -> Callable[..., dict[str, Any]]:
    """Opens a market over REST; the market."""

    def make(caller: Any, **values: Any) -> dict[str, Any]:
        answer = caller.post(MINE, json={"kind": "shop", "name": "نان سنتی", **values})
        assert answer.status_code == 201, answer.text
        market: dict[str, Any] = answer.json
        return market

    return make


@pytest.fixture
def market(open_market: Any, owner: Any) -> dict[str, Any]:
    """A market of the owner's that lacks everything."""
    found: dict[str, Any] = open_market(owner)
    return found


@pytest.fixture
def finish(app: Any) -> Callable[..., None]:
    """Gives a market all that its publication needs."""

    def run(caller: Any, market: dict[str, Any]) -> None:
        with app.app_context(), acting_as(Principal(user_id=caller.user_id)), transaction():
            complete(UUID(market["id"]))

    return run


@pytest.fixture
def complete_market(market: Any, owner: Any, finish: Any) -> dict[str, Any]:
    """A market of the owner's that could be published."""
    finish(owner, market)
    return dict(market)


@pytest.fixture
def published(app: Any) -> Callable[..., str]:
    """Makes published markets; the id."""

    def make(caller: Any, **values: Any) -> str:
        with app.app_context():
            return str(make_market(caller.user_id, published=True, **values))

    return make


@pytest.fixture
def publish_again(app: Any) -> Callable[..., None]:
    def run(caller: Any, market_id: Any) -> None:
        with app.app_context():
            publish_market(UUID(str(market_id)), caller.user_id)

    return run


@pytest.fixture
def change() -> Callable[..., Any]:
    """Sends a change with the ETag that the resource has now."""

    def send(caller: Any, path: str, body: dict[str, Any], method: str = "PUT") -> Any:
        etag = caller.get(path).headers["ETag"]
        return caller.open(path, method=method, json=body, headers={"If-Match": etag})

    return send


@pytest.fixture
def decide(staff: Any) -> Callable[..., Any]:
    """Decides as the site's staff on the market's only pending request."""

    def run(market_id: str, **decision: Any) -> Any:
        pending = staff.get(f"{API}/requests?state=pending").json["items"]
        (request_id,) = [each["request"]["id"] for each in pending if each["request"]["market_id"] == market_id]
        path = f"{API}/requests/{request_id}/decision"
        etag = staff.get(path).headers["ETag"]
        return staff.put(path, json=decision, headers={"If-Match": etag})

    return run
