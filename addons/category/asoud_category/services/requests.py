"""Requests of users for categories that are missing, and what staff answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from asoud_users.models import User
from sqlalchemy import ColumnElement, func, select

from addon_sdk import (
    NotFound,
    PermissionDenied,
    Principal,
    ValidationFailed,
    get_readable,
    now,
    own,
    publish,
    readable,
    session,
    setting,
    transaction,
)
from asoud_category.events import RequestDecided
from asoud_category.models import Category, CategoryRequest, RequestState
from asoud_category.problems import RequestAlreadyDecided, TooManyOpenRequests, wrong
from asoud_category.services.catalogue import lock_tree
from asoud_category.services.categories import create_category
from asoud_category.services.details import may_edit


@readable(CategoryRequest)
def readable_requests(principal: Principal) -> ColumnElement[bool]:
    """Everybody reads his own; editors read all."""
    return own(CategoryRequest.user_id, principal, unless="category.edit")


@transaction
def ask_for_category(
    user_id: UUID, title: str, explanation: str = "", parent_id: UUID | None = None
) -> CategoryRequest:
    """Keep a user's request. Raises `TooManyOpenRequests`, and ValidationFailed for a parent that he doesn't see.

    Raises `NotFound` for a user who doesn't exist.
    """
    if session().get(User, user_id, with_for_update=True) is None:  # locked: two at once must not pass the limit
        raise NotFound
    mine = CategoryRequest.user_id == user_id, CategoryRequest.state == RequestState.PENDING
    waiting = session().scalar(select(func.count()).select_from(CategoryRequest).where(*mine)) or 0
    if waiting >= setting("max_open_requests"):
        raise TooManyOpenRequests
    if parent_id is not None:
        _check_parent(parent_id)
    request = CategoryRequest(user_id=user_id, title=title, explanation=explanation, parent_id=parent_id)
    session().add(request)
    session().flush()
    return request


@transaction
def withdraw_request(request_id: UUID, *, by: UUID | None) -> None:
    """Delete an own request that nobody has decided.

    Raises `NotFound`, `RequestAlreadyDecided`, and PermissionDenied for an editor, who rejects instead.
    """
    request = _open(request_id)
    if request.user_id != by:
        raise PermissionDenied
    session().delete(request)


@transaction
def accept_request(request_id: UUID, values: Mapping[str, Any], *, by: UUID | None) -> CategoryRequest:
    """Accept a request: with ``slug`` a category is made of it, with ``category_id`` one that fits is named.

    ``values`` may have ``answer``, and beside the slug ``title`` and ``parent_id`` where they shall differ from what
    was asked for, and ``title_en``. Raises `NotFound`, `RequestAlreadyDecided`, and ValidationFailed as
    `create_category`.
    """
    lock_tree()  # before the request's row, as everybody who deletes a category does
    request = _open(request_id)
    made = values.get("category_id")
    if made is not None and session().get(Category, made) is None:
        raise ValidationFailed.unknown("category_id")
    if "slug" in values:
        title, parent_id = values.get("title", request.title), values.get("parent_id", request.parent_id)
        made = create_category(title, values["slug"], parent_id=parent_id, title_en=values.get("title_en")).id
    return _decide(request, RequestState.ACCEPTED, values.get("answer", ""), made, by)


@transaction
def reject_request(request_id: UUID, answer: str, *, by: UUID | None) -> CategoryRequest:
    """Reject a request with an answer. Raises `NotFound`, `RequestAlreadyDecided`."""
    return _decide(_open(request_id), RequestState.REJECTED, answer, None, by)


def _check_parent(parent_id: UUID) -> None:
    parent = session().get(Category, parent_id)
    if parent is None or not (parent.is_shown or may_edit()):
        raise wrong("parent_id", "unknown", "There is no such category.")


def _open(request_id: UUID) -> CategoryRequest:
    request = get_readable(CategoryRequest, request_id, lock=True)
    if request.state is not RequestState.PENDING:
        raise RequestAlreadyDecided
    return request


def _decide(
    request: CategoryRequest, state: RequestState, answer: str, category_id: UUID | None, by: UUID | None
) -> CategoryRequest:
    request.state, request.answer, request.category_id = state, answer, category_id
    request.decided_by, request.decided_at = by, now()
    session().flush()
    told: Literal["accepted", "rejected"] = "accepted" if state is RequestState.ACCEPTED else "rejected"
    publish(RequestDecided(request_id=request.id, user_id=request.user_id, state=told, category_id=category_id))
    return request
