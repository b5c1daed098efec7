"""Requests for categories that are missing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import (
    Blueprint,
    ListArgs,
    NotFound,
    Page,
    PermissionDenied,
    authenticated,
    current_principal,
    get_readable,
    paginate,
    raises,
    requires,
    scoped,
    throttled,
)
from asoud_category import limits, schemas, services
from asoud_category.models import CategoryRequest
from asoud_category.problems import RequestAlreadyDecided, TooManyOpenRequests

blp = Blueprint("category_requests", description="Users ask for categories that are missing.")


@blp.get("/requests")
@authenticated
@blp.arguments(schemas.RequestQuery, location="query")
@blp.page(schemas.MissingCategorySchema)
def list_requests(query: ListArgs) -> Page:
    """List my requests, or as an editor those of all, the newest first."""
    return paginate(scoped(select(CategoryRequest), CategoryRequest), query)


@blp.post("/requests")
@authenticated
@throttled(limits.REQUESTS.key)
@raises(NotFound, TooManyOpenRequests)
@blp.arguments(schemas.MissingCategorySchema)
@blp.response(201, schemas.MissingCategorySchema)
def ask_for_category(data: dict[str, Any]) -> CategoryRequest:
    """Ask for a category that is missing."""
    user_id = current_principal().user_id
    assert user_id is not None  # @authenticated
    return services.ask_for_category(user_id, **data)


@blp.get("/requests/<uuid:request_id>")
@authenticated
@raises(NotFound)
@blp.response(200, schemas.MissingCategorySchema)
def show_request(request_id: UUID) -> CategoryRequest:
    """Show a request of mine, or as an editor any."""
    return get_readable(CategoryRequest, request_id)


@blp.delete("/requests/<uuid:request_id>")
@authenticated
@raises(NotFound, PermissionDenied, RequestAlreadyDecided)
@blp.response(204)
def withdraw_request(request_id: UUID) -> None:
    """Withdraw a request of mine that nobody has decided."""
    services.withdraw_request(request_id, by=current_principal().user_id)


@blp.put("/requests/<uuid:request_id>/acceptance")
@requires("category.edit")
@raises(NotFound, RequestAlreadyDecided)
@blp.arguments(schemas.AcceptanceSchema)
@blp.response(200, schemas.MissingCategorySchema)
def accept_request(data: dict[str, Any], request_id: UUID) -> CategoryRequest:
    """Accept a request: make a category of it, name one that fits, or answer only."""
    return services.accept_request(request_id, data, by=current_principal().user_id)


@blp.put("/requests/<uuid:request_id>/rejection")
@requires("category.edit")
@raises(NotFound, RequestAlreadyDecided)
@blp.arguments(schemas.RejectionSchema)
@blp.response(200, schemas.MissingCategorySchema)
def reject_request(data: dict[str, Any], request_id: UUID) -> CategoryRequest:
    """Reject a request with an answer."""
    return services.reject_request(request_id, data["answer"], by=current_principal().user_id)
