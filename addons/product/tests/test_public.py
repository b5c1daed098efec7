"""What everybody sees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from asoud_market.models import Market
from asoud_product.models import Product, Word
from asoud_product.services import life, words
from asoud_product.views.public import TAG
from sqlalchemy import delete

from addon_sdk import session, transaction

LIST = "/api/v1/product/products"


def test_published_products_are_listed_and_shown(client: Any, published: Any, product: dict[str, Any]) -> None:
    first, second = published(name="کره محلی"), published(name="پنیر لیقوان")
    assert [each["id"] for each in client.get(LIST).json["items"]] == [second, first]
    page = client.get(f"{LIST}/{first}").json
    assert page["name"] == "کره محلی"
    assert page["variants"][0]["price"]["amount"] == 250_000
    assert page["colleague_price"] is None
    assert client.get(f"{LIST}/{product['id']}").status_code == 404


def test_a_list_is_one_statement_and_a_detail_two(client: Any, db: Any, published: Any) -> None:
    found = [published(name=f"کالای {number}") for number in range(5)]
    client.get(f"{LIST}?limit=1")
    with db.queries() as queries:
        assert len(client.get(LIST).json["items"]) == 5
    assert len(queries) == 1, queries
    client.get(f"{LIST}/{found[1]}")  # the attributes of categories come from the cache
    with db.queries() as queries:
        client.get(f"{LIST}/{found[0]}")
    assert len(queries) == 2, queries


def test_facets_count_what_a_list_has(client: Any, published: Any) -> None:
    for label in ("new", "new", "special_offer"):
        from asoud_product.models import Label

        published(label=Label(label))
    found = client.get(f"{LIST}/facets").json
    assert found["total"] == {"count": 3, "more": False}
    assert [(each["value"], each["count"]) for each in found["label"]] == [("new", 2), ("special_offer", 1)]
    assert found["markets"][0]["count"] == 3
    assert found["prices"] == {"least": 250_000, "most": 250_000}
    narrowed = client.get(f"{LIST}/facets?label=new").json
    assert narrowed["total"]["count"] == 2


def test_words_are_found_in_any_spelling_and_with_an_error(client: Any, published: Any) -> None:
    found = published(name="کتاب‌خانهٔ چوبی")
    published(name="میز شیشه‌ای")
    for text in ("کتابخانه", "كتاب خانه", "چوبي", "کتابخاته"):
        assert [each["id"] for each in client.get(LIST, query_string={"q": text}).json["items"]] == [found], text


def test_only_words_that_find_something_are_taken_as_they_are(
    client: Any, app: Any, db: Any, published: Any, add: Any, send: Any
) -> None:
    found = published(name="صندلی چوبی")

    def finds(text: str) -> bool:
        with app.app_context():
            app.extensions["asoud"].cache.drop_tags(TAG)
        return [each["id"] for each in client.get(LIST, query_string={"q": text}).json["items"]] == [found]

    assert finds("صندلی")
    assert finds("صندالی")
    add(name="صندالی ارزان")
    assert send("name,main_price\nصندالی گران,5\n")["created"] == 1
    assert finds("صندالی"), "drafts and imported rows teach nothing"
    shown = published(name="صندالی کهنه")
    assert not finds("صندالی"), "now it is the name of something"
    with app.app_context(), transaction():
        session().get_one(Product, UUID(shown)).is_public = False
    db.run(words.refresh)
    assert finds("صندالی"), "nobody has it any more"
    assert db.run(words.refresh) == 0


def test_a_word_that_was_lost_is_known_again(client: Any, app: Any, db: Any, published: Any) -> None:
    other, lost = published(name="کتابخانه"), published(name="کتابخاته")

    def finds() -> list[str]:
        with app.app_context():
            app.extensions["asoud"].cache.drop_tags(TAG)
        return [each["id"] for each in client.get(LIST, query_string={"q": "کتابخاته"}).json["items"]]

    with app.app_context(), transaction():
        session().execute(delete(Word).where(Word.word == "کتابخاته"))
    assert finds() == [other]
    assert db.run(words.refresh) == 0
    assert finds() == [lost]


def test_the_words_of_a_market_that_opens_again_are_known(
    client: Any, app: Any, db: Any, market: UUID, published: Any
) -> None:
    found = published(name="یخچال")
    with app.app_context(), transaction():
        session().get_one(Market, market).is_public = False
        session().flush()
        life.follow_market(market)
    db.run(words.refresh)
    assert client.get(LIST, query_string={"q": "یخجال"}).json["items"] == []
    with app.app_context(), transaction():
        session().get_one(Market, market).is_public = True
        session().flush()
        life.follow_market(market)
    with app.app_context():
        app.extensions["asoud"].cache.drop_tags(TAG)
    assert [each["id"] for each in client.get(LIST, query_string={"q": "یخجال"}).json["items"]] == [found]
