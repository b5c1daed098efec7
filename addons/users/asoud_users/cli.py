"""Commands under ``asoud users``."""

from __future__ import annotations

import json

import click
from asoud_iran.services import IdentifierError, local_mobile, parse_mobile

from addon_sdk import OperatorError, command, transaction
from addon_sdk.identity import ADMIN, grant_role
from asoud_users.models import User
from asoud_users.services import staff
from asoud_users.services.accounts import user_by_mobile, user_for_mobile
from asoud_users.services.delivery import outbox


def _mobile(text: str) -> str:
    try:
        return parse_mobile(text)
    except IdentifierError as error:
        raise OperatorError(f"{text!r}: {error.message}") from None


@command("create-admin")
@click.argument("mobile")
def create_admin(mobile: str) -> None:
    """Make the user with this MOBILE number an administrator; he logs in by code."""
    number = _mobile(mobile)
    with transaction():
        user, is_new = user_for_mobile(number)
        grant_role(user.id, ADMIN)
    click.echo(f"{local_mobile(number)} is an administrator{' and a new user' if is_new else ''} ({user.id}).")


@command("outbox")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many messages.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show_outbox(limit: int, as_json: bool) -> None:
    """Show the text messages that no addon could send, the newest first."""
    messages = outbox(limit)
    if as_json:
        rows = [{"mobile": m.mobile, "text": m.text, "created_at": m.created_at.isoformat()} for m in messages]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for message in messages:
        click.echo(f"{message.created_at:%Y-%m-%d %H:%M:%S}  {local_mobile(message.mobile)}  {message.text}")
    if not messages:
        click.echo("The outbox is empty.")


@command("reset-staff-login")
@click.argument("mobile")
def reset_staff_login(mobile: str) -> None:
    """Take password and authenticator app from the user with this MOBILE number, who has lost them."""
    user: User | None = user_by_mobile(_mobile(mobile))
    if user is None:
        raise OperatorError(f"{mobile}: no user has this number. Look for a mistyped digit.")
    with transaction():
        staff.remove_password(user.id)
        staff.remove_totp(user.id)
    click.echo(f"{mobile} logs in by code alone now.")
