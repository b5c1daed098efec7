"""Demo rooms: the demo's customers talk to each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from uuid import UUID

from asoud_users.models import User
from sqlalchemy import select

from addon_sdk import DemoSize, demo, session, transaction
from asoud_chat.kinds import GROUP, PRIVATE
from asoud_chat.models import ParticipantRole, Room
from asoud_chat.services.rooms import open_room
from asoud_chat.services.sending import Draft, send

_SIZES: dict[DemoSize, int] = {"small": 5, "medium": 50, "large": 500}
_TALK = ("سلام! وقت بخیر.", "سلام، خوش آمدید.", "این کالا هنوز موجود است؟", "بله، آمادهٔ ارسال است.", "سپاس!")


def _count(size: DemoSize) -> int:
    return _SIZES[size] + 1


@demo(count=_count)
def load(size: DemoSize, advance: Callable[[int], None]) -> None:
    """Open one group and private rooms of neighbours; rooms that are there already stay as they are."""
    users = session().scalars(select(User.id).order_by(User.id).limit(_SIZES[size] + 1)).all()
    with transaction():
        people = dict.fromkeys(users[:20], ParticipantRole.MEMBER)
        people |= dict.fromkeys(users[:1], ParticipantRole.ADMIN)
        room, is_new = open_room(GROUP.name, people, title="گفت‌وگوی همگانی", subject="demo")
        if is_new:
            _talk(room, users[:5])
    advance(1)
    for pair in pairwise(users):
        with transaction():
            subject = ":".join(sorted(map(str, pair)))
            room, is_new = open_room(PRIVATE.name, dict.fromkeys(pair, ParticipantRole.MEMBER), subject=subject)
            if is_new:
                _talk(room, pair)
        advance(1)


def _talk(room: Room, users: Sequence[UUID]) -> None:
    for place, text in enumerate(_TALK):
        send(Draft(room.id, users[place % len(users)], text=text))
