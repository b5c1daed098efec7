"""Invitations to a market's staff, from both sides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, NotFound, Page, authenticated, raises, throttled
from asoud_market.limits import ANSWERS, INVITATIONS
from asoud_market.problems import AlreadyStaff, InvitationOver, NotInvited, TooManyStaff
from asoud_market.schemas.people import (
    AnswerSchema,
    InvitationQuery,
    InvitationSchema,
    NewInvitationSchema,
    NewlyInvitedSchema,
    TokenAnswerSchema,
)
from asoud_market.services import invitations
from asoud_market.views.rules import found, keeps_staff

blp = Blueprint("market_invitations", description="Invitations to the staff of markets.")


@blp.get("/my/markets/<uuid:market_id>/invitations")
@keeps_staff
@found
@blp.arguments(InvitationQuery, location="query")
@blp.page(InvitationSchema)
def list_invitations(query: ListArgs, market_id: UUID) -> Page:
    """List a market's invitations, the newest first."""
    return invitations.list_of_market(market_id, query)


@blp.post("/my/markets/<uuid:market_id>/invitations")
@keeps_staff
@throttled(INVITATIONS.key)
@found
@raises(AlreadyStaff, TooManyStaff)
@blp.arguments(NewInvitationSchema)
@blp.response(201, NewlyInvitedSchema)
def invite(data: dict[str, Any], market_id: UUID) -> dict[str, Any]:
    """Invite somebody by his number, or whoever gets the link; its token is shown this once."""
    return invitations.invite(market_id, data)


@blp.delete("/my/markets/<uuid:market_id>/invitations/<uuid:invitation_id>")
@keeps_staff
@found
@raises(InvitationOver)
@blp.response(204)
def withdraw_invitation(market_id: UUID, invitation_id: UUID) -> None:
    """Take an invitation back."""
    invitations.withdraw(market_id, invitation_id)


@blp.get("/my/invitations")
@authenticated
@blp.arguments(InvitationQuery, location="query")
@blp.page(InvitationSchema)
def list_my_invitations(query: ListArgs) -> Page:
    """List the open invitations to my number."""
    return invitations.list_mine(query)


@blp.post("/my/invitations/<uuid:invitation_id>/answer")
@authenticated
@raises(NotFound, InvitationOver, AlreadyStaff)
@blp.arguments(AnswerSchema)
@blp.response(200, InvitationSchema)
def answer_invitation(data: dict[str, Any], invitation_id: UUID) -> dict[str, Any]:
    """Accept or decline an invitation to my number."""
    return invitations.answer_mine(invitation_id, accept=data["accept"])


@blp.post("/my/invitations/answers")
@authenticated
@throttled(ANSWERS.key)
@raises(NotFound, NotInvited, InvitationOver, AlreadyStaff)
@blp.arguments(TokenAnswerSchema)
@blp.response(200, InvitationSchema)
def answer_invitation_link(data: dict[str, Any]) -> dict[str, Any]:
    """Accept or decline the invitation of a link."""
    return invitations.answer_by_token(data["token"], accept=data["accept"])
