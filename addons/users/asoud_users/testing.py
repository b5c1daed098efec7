"""For tests, here and in addons that depend on this one: users, logins, and the codes that were sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

from asoud_iran.services import parse_card
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from addon_sdk import platform
from addon_sdk.identity import open_session
from addon_sdk.testing.ownership import owned
from addon_sdk.testing.pictures import small_picture
from asoud_users.files import DOCUMENT
from asoud_users.services.accounts import user_for_mobile
from asoud_users.services.banking import add_account, add_card
from asoud_users.services.colleagues import add_colleague
from asoud_users.services.delivery import outbox
from asoud_users.services.documents import hand_in

API = "/api/v1/users"


def make_user(app: Flask, mobile: str = "+989121234567") -> UUID:
    """Make the user with this number (E.164) where there is none; his id."""
    with app.app_context():
        return user_for_mobile(mobile)[0].id


@dataclass(frozen=True, slots=True)
class SentCode:
    """A code that came, with the request that it belongs to."""

    request_id: str
    code: str

    @property
    def body(self) -> dict[str, str]:
        """Both, as they are sent back."""
        return {"request_id": self.request_id, "code": self.code}

    @property
    def wrong(self) -> dict[str, str]:
        """The request with another code."""
        return {"request_id": self.request_id, "code": f"{(int(self.code) + 1) % 1_000_000:06d}"}


def last_code(app: Flask, mobile: str) -> str:
    """The code that the youngest message in the outbox tells ``mobile`` (E.164). Raises AssertionError without one."""
    with app.app_context():
        texts = [message.text for message in outbox() if message.mobile == mobile]
    assert texts, f"no message to {mobile} in the outbox"
    found = re.search(r"\d{6}", texts[0])
    assert found is not None
    return found[0]


def ask_for_code(
    app: Flask, jobs: Any, client: FlaskClient, mobile: str = "+989121234567", path: str = "/login-codes"
) -> SentCode:
    """Ask for a code over REST, let the worker send it, and read it."""
    answer = client.post(f"{API}{path}", json={"mobile": mobile} if path != "/me/proof-codes" else None)
    assert answer.status_code == 202, answer.text
    jobs.run()
    assert answer.json is not None
    return SentCode(answer.json["request_id"], last_code(app, mobile))


def log_in(app: Flask, jobs: Any, client: FlaskClient, mobile: str = "+989121234567") -> TestResponse:
    """Log in, or sign up, over REST."""
    code = ask_for_code(app, jobs, client, mobile)
    return client.post(f"{API}/logins", json=code.body)


def forget_limits(app: Flask) -> None:
    """Let codes be asked for again at once; limits are counted in Redis, by its own clock."""
    made = app.extensions["asoud"]
    for key in made.redis.scan_iter(f"{made.settings.redis_prefix}throttle:*"):
        made.redis.delete(key)


@owned("/documents/<uuid:document_id>")
def _document(owner_id: UUID) -> dict[str, UUID]:
    stored = platform.files.store(BytesIO(small_picture()), "x.png", kind=DOCUMENT.name, owner_user_id=owner_id)
    return {"document_id": hand_in(owner_id, "x", stored.id).id}


@owned("/colleagues/<uuid:colleague_id>")
def _colleague(owner_id: UUID) -> dict[str, UUID]:
    return {"colleague_id": add_colleague(owner_id, "+989130000000").id}


@owned("/bank-accounts/<uuid:account_id>")
def _account(owner_id: UUID) -> dict[str, UUID]:
    return {"account_id": add_account(owner_id, "IR500120020000004444994196", "x").id}


@owned("/bank-cards/<uuid:card_id>")
def _card(owner_id: UUID) -> dict[str, UUID]:
    return {"card_id": add_card(owner_id, parse_card("5022291083818920")).id}


@owned("/sessions/<uuid:session_id>")
def _session(owner_id: UUID) -> dict[str, UUID]:
    return {"session_id": open_session(owner_id).session_id}
