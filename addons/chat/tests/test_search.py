"""Search: any spelling, the beginnings of words, by an index on PostgreSQL, and keys of before brought along."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from asoud_chat.models import Message
from asoud_iran.services import holds_words, word_key
from sqlalchemy import select, update

from addon_sdk import session, transaction
from kernel.db import migrations

ROOMS = "/api/v1/chat/rooms"
SEARCH = "/api/v1/chat/messages/search"


@pytest.mark.parametrize(
    "words", ["كتاب", "کتاب‌خانه", "کتابخانه", "كتاب خانه", "خانه کتا", "خانه-ی", "۱۲", "12", "12۳"]
)
def test_search_finds_any_spelling_in_ones_own_rooms(
    ali: Any, sara: Any, stranger: Any, room: Any, say: Any, open_room: Any, words: str
) -> None:
    found = say(ali, room, "(کتاب‌خانه‌ی) ما، ساعت ۱۲۳")
    say(ali, room, "چیز دیگر")
    say(stranger, open_room(stranger), "کتاب‌خانه ساعت ۱۲۳")
    answer = sara.get(SEARCH, query_string={"q": words}).json["items"]
    assert [message["id"] for message in answer] == [found["id"]]
    assert sara.get(SEARCH, query_string={"q": words, "room_id": str(uuid4())}).json["items"] == []


@pytest.mark.parametrize("words", ["کتاب خانه", "کتاب‌خانه‌ی", "کتابخانهی"])
def test_search_finds_together_what_was_asked_apart(ali: Any, room: Any, say: Any, words: str) -> None:
    found = say(ali, room, "به کتابخانه‌ی ما بیا")
    say(ali, room, "خانه و باز خانه")
    answer = ali.get(SEARCH, query_string={"q": words}).json["items"]
    assert [message["id"] for message in answer] == [found["id"]]


def test_long_words_are_stored_and_found(ali: Any, room: Any, say: Any) -> None:
    found = say(ali, room, "ب" * 3000)
    answer = ali.get(SEARCH, query_string={"q": "ب" * 100}).json["items"]
    assert [message["id"] for message in answer] == [found["id"]]


def test_search_needs_words_and_takes_them_literally(ali: Any, room: Any, say: Any) -> None:
    say(ali, room, "صد")
    for nothing in ({}, {"q": ""}, {"q": " \t"}, {"q": "\u200c"}):
        assert ali.get(SEARCH, query_string=nothing).status_code == 422
    for words in ("%", "_", "َ", "'", "\\", ":*", "!&|", "د"):
        assert ali.get(SEARCH, query_string={"q": words}).json["items"] == []
    deleted = say(ali, room, "پاک شد")
    ali.delete(f"{ROOMS}/{room['id']}/messages/{deleted['id']}")
    assert ali.get(SEARCH, query_string={"q": "پاک"}).json["items"] == []


def plan_of_search(words: str) -> str:
    """How PostgreSQL would look for words, were reading everything out of the question."""
    condition = holds_words(Message.search_key, words)
    assert condition is not None
    with transaction():
        connection = session().connection()
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        query = select(Message.id).where(condition).compile(connection, compile_kwargs={"render_postcompile": True})
        return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {query}", query.params))


def test_postgresql_searches_by_the_index(db: Any, asoud_database_kind: str) -> None:
    if asoud_database_kind == "postgres":
        assert "ix_chat_message_search" in db.run(plan_of_search, "کتاب خانه")


def test_keys_of_before_are_rewritten(app: Any, ali: Any, room: Any, say: Any, db: Any) -> None:
    new = {say(ali, room, text)["id"]: word_key(text) for text in ("کتاب‌خانه ما!", "سلام")}

    def age() -> None:
        migrations.downgrade("chat", "416155185ccb")
        with transaction():
            for text, folded in (("کتاب‌خانه ما!", "کتاب خانه ما!\nکتابخانهما!"), ("سلام", "سلام")):
                session().execute(update(Message).where(Message.text == text).values(search_key=folded))

    db.run(age)
    db.run(migrations.upgrade, "chat")
    assert {str(message.id): message.search_key for message in db.all(select(Message))} == new
    assert len(ali.get(SEARCH, query_string={"q": "كتابخانه"}).json["items"]) == 1
