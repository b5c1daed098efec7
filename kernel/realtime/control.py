"""The events that every namespace answers by itself: `auth`, `resume` and `leave`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from marshmallow import validate

from kernel.errors import PermissionDenied, TokenExpired
from kernel.i18n import translate
from kernel.identity.principal import acting_as, principal_of_token
from kernel.realtime.answers import success
from kernel.realtime.connections import Connection
from kernel.realtime.streams import PAGE, StreamEntry, UnknownStream, bounds, find_stream, read
from kernel.rest import Schema, fields

Acknowledge = Callable[[dict[str, Any]], None]


class AuthSchema(Schema):
    """A new access token of the same user."""

    token = fields.String(required=True, validate=validate.Length(1))


class LeaveSchema(Schema):
    """Which stream."""

    stream = fields.String(required=True, validate=validate.Length(1, 200), metadata={"description": "Its address."})


class ResumeSchema(LeaveSchema):
    """Which stream, and what of it the client has."""

    after = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.Range(0),
        metadata={"description": "Id of the last entry that the client has; without it, start from now."},
    )


def authenticate(connection: Connection, payload: dict[str, Any], acknowledge: Acknowledge) -> None:
    """``auth {token}``: go on with a new access token of the same user, before the old one ends."""
    token = _AUTH.load(payload)["token"]
    principal = principal_of_token(token)
    if connection.user_id is not None and principal.user_id != connection.user_id:
        raise PermissionDenied(translate("The token is of another user; connect anew with it."))
    connection.realtime.renew(connection, principal, token)
    acknowledge(success({"expires_at": principal.expires_at}))


def resume(connection: Connection, payload: dict[str, Any], acknowledge: Acknowledge) -> None:
    """``resume {stream, after}``: follow a stream, and get what was missed since the id ``after``.

    Without ``after`` it starts now. Answers ``{entries, last, gap, more}``: with ``more`` the client asks again, after
    ``last``; a ``gap`` means that entries are gone for good and the client should load its state anew. The answer
    comes before the first live event, which is the one after ``last``: nothing is missing and nothing comes twice.
    """
    wish = _RESUME.load(payload)
    address, after = wish["stream"], wish["after"]
    if connection.expired:
        raise TokenExpired
    with acting_as(connection.principal):
        stream, key = find_stream(address)
        if stream.namespace != connection.namespace or not stream.may_read(connection.principal, key):
            raise UnknownStream
        with connection.realtime.deliveries.follow(stream.namespace, address):
            _catch_up(connection, address, after, acknowledge)


def _catch_up(connection: Connection, address: str, after: int | None, acknowledge: Acknowledge) -> None:
    line = connection.realtime.deliveries.line(address)
    purged, newest = bounds(address)
    start = newest if after is None or after > newest else after
    gap = after is not None and (after < purged or after > newest)
    entries: list[StreamEntry] = []
    cursor = line.reading_from(start)
    while True:
        page = read(address, cursor, PAGE)
        entries += page
        cursor = page[-1].id if page else max(cursor, newest)
        missed = [entry for entry in entries if entry.id > start]
        if len(page) == PAGE and missed:
            acknowledge(success(_answer(missed, start, cursor, gap=gap, more=True)))
            return
        answer = partial(acknowledge, success(_answer(missed, start, cursor, gap=gap, more=False)))
        if len(page) < PAGE and line.admit(connection, entries, cursor, answer):
            return


def _answer(entries: list[StreamEntry], after: int, last: int, *, gap: bool, more: bool) -> dict[str, Any]:
    shown = [{"id": entry.id, "event": entry.event_after(after), "data": entry.data} for entry in entries]
    return {"entries": shown, "last": last, "gap": gap, "more": more}


def leave(connection: Connection, payload: dict[str, Any], acknowledge: Acknowledge) -> None:
    """``leave {stream}``: stop following a stream."""
    connection.leave(_LEAVE.load(payload)["stream"])
    acknowledge(success(None))


_AUTH, _LEAVE, _RESUME = AuthSchema(), LeaveSchema(), ResumeSchema()

EVENTS: dict[str, Callable[[Connection, dict[str, Any], Acknowledge], None]] = {
    "auth": authenticate,
    "resume": resume,
    "leave": leave,
}
SCHEMAS: dict[str, type[Schema]] = {"auth": AuthSchema, "resume": ResumeSchema, "leave": LeaveSchema}
"""Their payloads, for the reference."""
