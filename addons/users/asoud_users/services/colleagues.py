"""Colleagues that users name."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError

from addon_sdk import Principal, get_readable, own, readable, session, transaction
from asoud_users.models import Colleague
from asoud_users.problems import ColleagueExists


@readable(Colleague)
def readable_colleagues(principal: Principal) -> ColumnElement[bool]:
    """Everybody reads his own."""
    return own(Colleague.user_id, principal)


@transaction
def add_colleague(user_id: UUID, mobile: str, name: str = "") -> Colleague:
    """Name a colleague by his number (E.164). Raises `ColleagueExists`."""
    colleague = Colleague(user_id=user_id, mobile=mobile, name=name)
    try:
        with transaction(nested=True):
            session().add(colleague)
            session().flush()
    except IntegrityError:
        raise ColleagueExists from None
    return colleague


@transaction
def rename_colleague(colleague_id: UUID, name: str) -> Colleague:
    """Change how a colleague is called. Raises NotFound for another's."""
    colleague = get_readable(Colleague, colleague_id, lock=True)
    colleague.name = name
    return colleague


@transaction
def delete_colleague(colleague_id: UUID) -> None:
    """Forget a colleague. Raises NotFound for another's."""
    session().delete(get_readable(Colleague, colleague_id, lock=True))
