"""Make users, rooms and tokens in a deployment: `python chat_clients.py <clients> <people in a room>`; prints JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from asoud_chat.models import ParticipantRole
from asoud_chat.services import open_room
from asoud_users.services import user_for_mobile

from kernel.app import create_app
from kernel.identity.sessions import open_session


def clients(count: int, size: int) -> Iterator[dict[str, object]]:
    """The token of each client, the room that he is in, and how he joins it."""
    users = [user_for_mobile(f"+98912{number:07}")[0].id for number in range(count)]
    for start in range(0, count, size):
        people = users[start : start + size]
        room = str(open_room("group", dict.fromkeys(people, ParticipantRole.MEMBER))[0].id)
        for user in people:
            token = open_session(user).access_token
            yield {"token": token, "room": room, "join": ["resume", {"stream": f"chat.room:{room}"}]}


if __name__ == "__main__":
    with create_app(role="cli").app_context():
        print(json.dumps(list(clients(int(sys.argv[1]), int(sys.argv[2])))))
