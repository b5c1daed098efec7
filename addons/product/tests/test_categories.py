"""Products after an editor has changed their category."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_category.models import AttributeType, Category
from asoud_category.services import (
    CategoryInUse,
    add_attribute,
    change_attribute,
    delete_attribute,
    delete_category,
    move_category,
    update_category,
)
from asoud_category.testing import make_attribute, make_category
from asoud_product.models import Product, Value
from asoud_product.services import products, reindexing
from asoud_product.testing import API, make_product
from sqlalchemy import select

from addon_sdk import Principal, ValidationFailed, acting_as

LIST = f"{API}/products"
SIZES = [{"value": value, "title": value, "title_en": None} for value in ("s", "m", "l")]


@pytest.fixture
def clothes(app: Any) -> UUID:
    return make_category(app, "پوشاک", slug="clothes")


@pytest.fixture
def shirts(app: Any, clothes: UUID) -> UUID:
    return make_category(app, "پیراهن", clothes, slug="shirts")


@pytest.fixture
def edit(app: Any, jobs: Any, clock: Any) -> Any:
    """Does something as an editor, and what follows from it."""

    def run(act: Any, *args: Any) -> None:
        with app.app_context():
            act(*args)
        jobs.run()
        clock.tick(4)
        jobs.run()

    return run


def listed(client: Any, **asked: Any) -> list[str]:
    answer = client.get(LIST, query_string=asked)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json["items"]]


def is_no_filter(client: Any, attribute: str) -> bool:
    """Whether the list says that there is no such attribute to filter by."""
    answer = client.get(LIST, query_string={"attribute": attribute})
    return answer.status_code == 422 and answer.json["errors"][0]["code"] == "unknown"


def facet(client: Any, category_id: UUID) -> dict[str, list[tuple[str, int]]]:
    facets = client.get(f"{LIST}/facets", query_string={"category_id": str(category_id)}).json
    return {
        each["key"]: [(value["value"], value["count"]) for value in each["values"]] for each in facets["attributes"]
    }


def test_an_attribute_becomes_a_filter_of_what_is_there(
    app: Any, client: Any, outbox: Any, edit: Any, clothes: UUID, shirts: UUID, published: Any, market: UUID
) -> None:
    size = make_attribute(app, clothes, "size")
    made = [published(category_id=shirts, attributes={"size": value}) for value in ("XL", "S")]
    assert is_no_filter(client, "size:XL")
    edit(change_attribute, size, {"filterable": True})
    assert listed(client, attribute="size:XL") == [made[0]]
    assert facet(client, shirts) == {"size": [("s", 1), ("xl", 1)]}
    told = [each["market_id"] for each in outbox.payloads("product.products_changed")]
    assert told.count(str(market)) == 1
    edit(change_attribute, size, {"filterable": False})
    assert is_no_filter(client, "size:XL")


def test_values_of_an_attribute_that_is_gone_count_no_more(
    app: Any, client: Any, edit: Any, clothes: UUID, shirts: UUID, published: Any, owner: Any, mine: str, change: Any
) -> None:
    size = make_attribute(app, clothes, "size", filterable=True)
    product = published(category_id=shirts, attributes={"size": "XL"})
    before = owner.get(f"{mine}/{product}").headers["ETag"]
    edit(delete_attribute, size)
    assert client.get(f"{LIST}/{product}").json["attributes"] == {}
    assert is_no_filter(client, "size:XL")
    shown = owner.get(f"{mine}/{product}")
    assert (shown.json["attributes"], shown.headers["ETag"] == before) == ({}, False)
    renamed = change(owner, f"{mine}/{product}", {"name": "پیراهن نو"})
    assert (renamed.status_code, renamed.json["name"]) == (200, "پیراهن نو")


def test_a_category_that_moves_takes_other_attributes_along(
    app: Any, client: Any, edit: Any, clothes: UUID, shirts: UUID, published: Any
) -> None:
    make_attribute(app, clothes, "size", filterable=True)
    other = make_category(app, "دیگر")
    product = published(category_id=shirts, attributes={"size": "XL"})
    edit(move_category, shirts, other)
    assert client.get(f"{LIST}/{product}").json["attributes"] == {}
    assert listed(client, attribute="size:XL") == []
    edit(move_category, shirts, clothes)
    assert client.get(f"{LIST}/{product}").json["attributes"] == {"size": "XL"}
    assert listed(client, attribute="size:XL") == [product]


def test_a_key_that_returns_with_another_type_has_no_values_of_the_old_one(
    app: Any, client: Any, edit: Any, shirts: UUID, published: Any
) -> None:
    size = make_attribute(app, shirts, "size", filterable=True)
    word, number = (published(category_id=shirts, attributes={"size": value}) for value in ("XL", "42"))
    edit(delete_attribute, size)
    values = {"key": "size", "title": "اندازه", "type": AttributeType.INTEGER, "filterable": True}
    edit(add_attribute, shirts, values)
    assert client.get(f"{LIST}/{word}").json["attributes"] == {}
    assert client.get(f"{LIST}/{number}").json["attributes"] == {"size": 42}
    assert listed(client, attribute="size:40..50") == [number]
    assert facet(client, shirts) == {"size": [("42", 1)]}


@pytest.mark.parametrize(("kind", "value", "left"), [("choice", "l", None), ("choices", ["m", "l"], ["m"])])
def test_a_choice_that_is_taken_away_is_let_go(
    app: Any,
    client: Any,
    edit: Any,
    shirts: UUID,
    published: Any,
    owner: Any,
    mine: str,
    change: Any,
    kind: str,
    value: Any,
    left: Any,
) -> None:
    size = make_attribute(app, shirts, "size", kind, filterable=True, choices=["s", "m", "l"])
    product = published(category_id=shirts, attributes={"size": value})
    edit(change_attribute, size, {"choices": SIZES[:2]})
    assert client.get(f"{LIST}/{product}").json["attributes"].get("size") == left
    assert listed(client, attribute="size:l") == []
    assert facet(client, shirts) == {"size": [("m", 1)] if left else []}
    path = f"{mine}/{product}"
    assert change(owner, path, {"name": "پیراهن نو"}).status_code == 200
    sent = change(owner, path, {"attributes": owner.get(path).json["attributes"]})
    assert (sent.status_code, sent.json["attributes"].get("size")) == (200, left)
    refused = change(owner, path, {"attributes": {"size": value}})
    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [("/attributes/size", "one_of")]


def test_what_a_category_requires_is_asked_for_with_publication(
    app: Any, edit: Any, shirts: UUID, published: Any, owner: Any, mine: str, change: Any
) -> None:
    path = f"{mine}/{published(category_id=shirts)}"
    edit(add_attribute, shirts, {"key": "size", "title": "اندازه", "type": AttributeType.TEXT, "required": True})
    assert change(owner, path, {"is_available": False}).status_code == 200
    refused = change(owner, path, {"name": "پیراهن نو"})
    (error,) = refused.json["errors"]
    assert (error["pointer"], error["code"]) == ("/attributes/size", "required")
    assert "اندازه" in error["message"]
    assert change(owner, path, {"name": "پیراهن نو", "attributes": {"size": "m"}}).status_code == 200


def test_another_category_keeps_the_values_that_it_takes(
    app: Any, clothes: UUID, shirts: UUID, add: Any, owner: Any, mine: str, change: Any
) -> None:
    make_attribute(app, clothes, "size")
    make_attribute(app, shirts, "collar")
    values = {"size": "m", "collar": "گرد"}
    product = add(category_id=str(shirts), attributes=values).json
    changed = change(owner, f"{mine}/{product['id']}", {"category_id": str(clothes)})
    assert (changed.status_code, changed.json["attributes"]) == (200, {"size": "m"})


def test_products_are_indexed_in_batches_each_once(
    app: Any, client: Any, clothes: UUID, shirts: UUID, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "_BATCH", 2)
    size = make_attribute(app, clothes, "size")
    made = [published(category_id=each, attributes={"size": "XL"}) for each in (shirts, clothes) * 2 + (shirts,)]
    with app.app_context():
        change_attribute(size, {"filterable": True})
        assert [reindexing.reindex(clothes), reindexing.reindex(clothes), reindexing.reindex(UUID(int=1))] == [5, 5, 0]
    assert sorted(listed(client, attribute="size:XL")) == sorted(made)
    assert facet(client, clothes) == {"size": [("xl", 5)]}


def test_owners_edit_while_their_category_is_indexed(
    app: Any, db: Any, at_once: Any, clothes: UUID, shirts: UUID, published: Any, owner: Any, market: UUID
) -> None:
    make_attribute(app, clothes, "size", filterable=True)
    made = [published(category_id=shirts, attributes={"size": "XL"}) for _ in range(4)]

    def resize(product_id: str) -> None:
        with acting_as(Principal(user_id=owner.user_id)):
            products.change_product(market, UUID(product_id), {"attributes": {"size": "M"}})

    acts = [lambda each=each: resize(each) for each in made]
    answers = at_once(*acts, lambda: reindexing.reindex(clothes), lambda: reindexing.reindex(shirts))
    assert answers == [None] * 4 + [4, 4]
    assert db.all(select(Value.text)) == ["m"] * 4


def test_a_hidden_category_is_offered_nowhere_and_keeps_its_products(
    app: Any,
    client: Any,
    edit: Any,
    clothes: UUID,
    shirts: UUID,
    published: Any,
    add: Any,
    owner: Any,
    mine: str,
    change: Any,
) -> None:
    make_attribute(app, shirts, "size", filterable=True)
    product = published(category_id=shirts, attributes={"size": "m"})
    edit(update_category, shirts, {"is_active": False})
    for asked in ({}, {"category_id": str(clothes)}, {"category_id": str(shirts)}):
        assert listed(client, **asked) == [product], asked
    refused = add(category_id=str(shirts))
    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [("/category_id", "unknown")]
    kept = change(owner, f"{mine}/{product}", {"category_id": str(shirts), "attributes": {"size": "l"}})
    assert (kept.status_code, kept.json["attributes"]) == (200, {"size": "l"})


def test_a_category_is_not_deleted_under_a_new_product(
    app: Any, db: Any, at_once: Any, owner: Any, market: UUID
) -> None:
    def put(category_id: UUID) -> UUID:
        return make_product(market, owner.user_id, category_id=category_id)

    for turn in range(6):
        category = make_category(app, f"دستهٔ {turn}")
        deleted, made = at_once(lambda each=category: delete_category(each), lambda each=category: put(each))
        if isinstance(made, ValidationFailed):
            assert [error.pointer for error in made.errors] == ["/category_id"]
            assert deleted is None
        else:
            assert isinstance(deleted, CategoryInUse)
    lost = select(Product.id).where(Product.category_id.is_(None) | Product.category_id.not_in(select(Category.id)))
    assert db.all(lost) == []
