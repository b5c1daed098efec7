"""Getting a code to its user: by an addon that can send, else into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from addon_sdk import UndecryptableError, decrypt, encrypt, now, session, transaction, translate
from addon_sdk.preferences import setting
from asoud_users.hookspecs import code_senders
from asoud_users.models import LoginCode, OutboxMessage

KEEP = timedelta(days=1)
"""How long used codes and outbox messages stay."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the outbox, readable."""

    mobile: str
    text: str
    created_at: datetime


def deliver(request_id: UUID) -> None:
    """Send the code of a request; does nothing when it was sent before or is no longer good."""
    row = session().get(LoginCode, request_id)
    if row is None or row.unsent_code is None or row.expires_at <= now():
        return
    code = decrypt(row.unsent_code)
    text = translate("{site}: your code is {code}", site=setting("issuer"), code=code)
    channel = code_senders(mobile=row.mobile, code=code, text=text, purpose=row.purpose.value)
    with transaction():
        if channel is None:
            session().add(OutboxMessage(mobile=row.mobile, text=encrypt(text)))
        row.unsent_code = None


def outbox(limit: int = 20) -> Sequence[Message]:
    """The youngest messages that nobody could send, newest first."""
    statement = select(OutboxMessage).order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc()).limit(limit)
    return [Message(row.mobile, _readable(row.text), row.created_at) for row in session().scalars(statement)]


def _readable(text: str) -> str:
    try:
        return decrypt(text)
    except UndecryptableError as error:
        return str(error)


@transaction
def forget_old() -> None:
    """Delete codes and messages that are older than `KEEP`."""
    for model in (LoginCode, OutboxMessage):
        session().execute(delete(model).where(model.created_at < now() - KEEP))
