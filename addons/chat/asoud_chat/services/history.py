"""Reading what was written: one message, pages of a room, search."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from asoud_iran.services import holds_words
from sqlalchemy import Select, select

from addon_sdk import ListArgs, NotFound, Page, paginate, session
from asoud_chat.models import Message, Participant
from asoud_chat.services.access import caller_id, me_in, rooms_of
from asoud_chat.services.showing import shown, with_reading


def get_message(room_id: UUID, message_id: UUID) -> dict[str, Any]:
    """One message of one of the caller's rooms. Raises NotFound."""
    me_in(room_id)
    message = session().scalar(select(Message).where(Message.id == message_id, Message.room_id == room_id))
    if message is None:
        raise NotFound
    return with_reading(shown([message]))[0]


def list_messages(room_id: UUID, args: ListArgs) -> Page:
    """A page of a room's messages, the newest first unless asked otherwise. Raises NotFound."""
    me_in(room_id)
    return _page(select(Message).where(Message.room_id == room_id), args)


def search(args: ListArgs) -> Page:
    """A page of the messages in the caller's rooms with words that begin as those of ``q``, in any spelling."""
    found = holds_words(Message.search_key, args["q"])
    if found is None:
        return Page([])
    mine = rooms_of(caller_id())
    if "room_id" in args:
        mine = mine.where(Participant.room_id == args["room_id"])
    # Asked for first: joined, PostgreSQL takes frequent words for rare ones and compares each with each room.
    rooms = session().scalars(mine).all()
    return _page(select(Message).where(found, Message.room_id.in_(rooms), Message.deleted_at.is_(None)), args)


def _page(query: Select[Any], args: ListArgs) -> Page:
    page = paginate(query, args)
    return Page(with_reading(shown(page.items)), page.next)
