"""What everybody sees."""

from __future__ import annotations

from typing import Any

LIST = "/api/v1/product/products"


def test_published_products_are_listed_and_shown(client: Any, published: Any, product: dict[str, Any]) -> None:
    first, second = published(name="کره محلی"), published(name="پنیر لیقوان")
    assert [each["id"] for each in client.get(LIST).json["items"]] == [second, first]
    page = client.get(f"{LIST}/{first}").json
    assert page["name"] == "کره محلی"
    assert page["variants"][0]["price"]["amount"] == 250_000
    assert page["colleague_price"] is None
    assert client.get(f"{LIST}/{product['id']}").status_code == 404


def test_a_list_is_one_statement_and_a_detail_two(app: Any, client: Any, db: Any, published: Any) -> None:
    found = [published(name=f"کالای {number}") for number in range(5)]
    app.extensions["asoud"].cache.drop_tags("product.public")
    client.get(LIST)
    app.extensions["asoud"].cache.drop_tags("product.public")
    with db.queries() as queries:
        assert len(client.get(LIST).json["items"]) == 5
    assert len(queries) == 1, queries
    with db.queries() as queries:
        client.get(f"{LIST}/{found[0]}")
    assert len(queries) == 2, queries
