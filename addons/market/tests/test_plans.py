"""Every list of markets is read by an index in its order, so that it takes as long at a million as at ten thousand."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_market.models import Market
from asoud_market.testing import API, category, make_market, some_city
from sqlalchemy import inspect, text

from addon_sdk import session, transaction
from addon_sdk.testing.plans import plan_of

ROWS = 20_000
INDEXES = {
    "markets?": "ix_market_market_newest",
    "markets?sort=name": "ix_market_market_name",
    "markets?sort=-views": "ix_market_market_views",
    "markets?sort=likes": "ix_market_market_likes",
    "markets?category_id={category}": "ix_market_market_category",
    "markets?city_id={city}": "ix_market_market_city",
    "markets?province_id={province}": "ix_market_market_province",
    "markets?kind=shop": "ix_market_market_kind",
    "markets?category_id={category}&sort=name": "ix_market_market_name",
    "markets/near?latitude=35.7&longitude=51.4": "ix_market_market_place",
    "my/markets?": "ix_market_market_owner",
}
"""By which index each list finds its markets."""


@pytest.fixture
def crowd(app: Any, owner: Any, db: Any, asoud_database_kind: str) -> dict[str, str]:
    """Many markets of somebody else's, of forty kinds of places, copied from one by the database."""
    if asoud_database_kind != "postgres":
        pytest.skip("plans are PostgreSQL's")
    bread = category(app, "نان", "bread")
    with app.app_context():
        make_market(owner.user_id, published=True, category_id=bread)
        city = str(some_city())
    province = db.run(_copy)
    return {"category": str(bread), "city": city, "province": province}


@transaction
def _copy() -> str:
    own = {
        "id": "gen_random_uuid()",
        "owner_id": "other.id",
        "business_id": "null",
        "business_key": "null",
        "subdomain": "null",
        "name_key": "md5(n::text)",
        "view_count": "n",
        "like_count": "n % 1000",
        "listed_at": "m.listed_at - n * interval '1 second'",
        "category_id": "case when n % 40 = 0 then m.category_id end",
        "city_id": "case when n % 40 = 1 then m.city_id end",
        "province_id": "case when n % 40 = 2 then m.province_id end",
        "latitude": "30 + n % 200 * 0.05",
        "longitude": "48 + n / 200 * 0.1",
        "kind": "case when n % 40 = 3 then 'SHOP' else 'COMPANY' end",
    }
    names = [column.name for column in inspect(Market).columns]
    user = "jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(), 'mobile', '+989129999990'))"
    session().execute(text(f"INSERT INTO users_user SELECT ({user}).* FROM users_user u LIMIT 1"))
    values = ", ".join(own.get(name, f"m.{name}") for name in names)
    source = (
        "market_market m, generate_series(1, :rows) n, (SELECT id FROM users_user WHERE mobile = '+989129999990') other"
    )
    session().execute(
        text(f"INSERT INTO market_market ({', '.join(names)}) SELECT {values} FROM {source}"), {"rows": ROWS}
    )
    session().execute(text("ANALYZE"))
    return str(session().scalar(text("SELECT province_id FROM market_market WHERE business_id IS NOT NULL")))


def test_lists_find_their_markets_by_an_index(app: Any, owner: Any, crowd: dict[str, str]) -> None:
    for path, index in INDEXES.items():
        plan = plan_of(app, owner, f"{API}/{path.format(**crowd)}&limit=24", "market_market")
        assert f" {index} " in plan, (path, plan)
        assert "Seq Scan on market_market" not in plan, (path, plan)
