"""Of two who edit the same thing, the one who hasn't seen the other's change hears of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_product.testing import API, make_shelf

from addon_sdk.testing.pictures import small_picture


@pytest.fixture
def shelves(app: Any, owner: Any, market: UUID) -> tuple[str, list[str]]:
    """Where the market's shelves are, and the ids of two."""
    with app.app_context():
        made = [str(make_shelf(market, owner.user_id, name)) for name in ("تازه‌ها", "پرفروش‌ها")]
    return f"{API}/my/markets/{market}/shelves", made


def _contend(caller: Any, method: str, path: str, seen_at: str, *bodies: Any) -> None:
    """Without the ETag nothing changes, with it one changes it, and the next one has to look again."""
    first, second = bodies
    missing = caller.open(path, method=method, json=first)
    assert (missing.status_code, missing.json["code"]) == (428, "precondition_required")
    known = {"If-Match": caller.get(seen_at).headers["ETag"]}
    changed = caller.open(path, method=method, json=first, headers=known)
    assert changed.status_code in (200, 204), changed.text
    stale = caller.open(path, method=method, json=second, headers=known)
    assert (stale.status_code, stale.json["code"]) == (412, "precondition_failed")
    assert changed.headers["ETag"] == caller.get(seen_at).headers["ETag"]
    again = caller.open(path, method=method, json=second, headers={"If-Match": changed.headers["ETag"]})
    assert again.status_code in (200, 204), again.text


def test_pictures(owner: Any, mine: str, product: dict[str, Any]) -> None:
    path = f"{mine}/{product['id']}/pictures"
    file_id = owner.upload("product.picture", small_picture("red"))
    picture = owner.post(path, json={"file_id": file_id}).json["id"]
    _contend(owner, "PATCH", f"{path}/{picture}", path, {"title": "یک"}, {"title": "دو"})


def test_the_order_of_shelves(owner: Any, shelves: tuple[str, list[str]]) -> None:
    path, made = shelves
    _contend(owner, "PUT", path, path, {"shelf_ids": made[::-1]}, {"shelf_ids": made})


def test_the_name_of_a_shelf(owner: Any, shelves: tuple[str, list[str]]) -> None:
    path, made = shelves
    _contend(owner, "PUT", f"{path}/{made[0]}", path, {"name": "یک"}, {"name": "دو"})


def test_what_stands_on_a_shelf(
    owner: Any, shelves: tuple[str, list[str]], published: Any, mine: str, change: Any
) -> None:
    path = f"{shelves[0]}/{shelves[1][0]}/products"
    ids = [published(), published()]
    _contend(owner, "PUT", path, path, {"product_ids": ids}, {"product_ids": ids[::-1]})
    seen = owner.get(path).headers["ETag"]
    assert change(owner, f"{mine}/{ids[0]}", {"is_available": False}).status_code == 200
    assert owner.get(path).headers["ETag"] == seen, "another edit of a product is none of the shelf"
