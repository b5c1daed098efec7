"""Staff, invitations, colleagues."""

from __future__ import annotations

from asoud_iran.schemas import Mobile
from marshmallow import validate

from addon_sdk import ListQuery, Schema, fields
from asoud_market.models import Colleague, Invitation, InvitationState, Member

_PERMISSIONS = {"description": "See GET …/staff-permissions.", "example": ["market.edit"]}


class StaffSchema(Schema):
    """Somebody of a market's staff."""

    user_id = fields.Id(attribute="member.user_id")
    name = fields.String()
    title = fields.String(attribute="member.title")
    permissions = fields.List(fields.String(), attribute="member.permissions")
    created_at = fields.Timestamp(attribute="member.created_at")


class StaffChangeSchema(Schema):
    """What to change about one of the staff."""

    title = fields.CleanText(80)
    permissions = fields.List(fields.String(), validate=validate.Length(max=100), metadata=_PERMISSIONS)


class StaffQuery(ListQuery):
    """How to list staff."""

    class Meta:
        model = Member


class PermissionSchema(Schema):
    """Something that staff may be allowed to do."""

    name = fields.String()


class NewInvitationSchema(Schema):
    """Whom to invite: the owner of a number, or whoever gets the link."""

    mobile = Mobile(load_default=None, allow_none=True)
    title = fields.CleanText(80, load_default="")
    permissions = fields.List(
        fields.String(), load_default=list, validate=validate.Length(max=100), metadata=_PERMISSIONS
    )


class InvitationSchema(Schema):
    """An invitation to a market's staff."""

    id = fields.Id(attribute="invitation.id")
    market_id = fields.Id(attribute="invitation.market_id")
    market_name = fields.String()
    mobile = Mobile(attribute="invitation.mobile", allow_none=True)
    title = fields.String(attribute="invitation.title")
    permissions = fields.List(fields.String(), attribute="invitation.permissions")
    state = fields.Enum(InvitationState, attribute="invitation.state")
    expires_at = fields.Timestamp(attribute="invitation.expires_at")
    created_at = fields.Timestamp(attribute="invitation.created_at")


class NewlyInvitedSchema(InvitationSchema):
    """An invitation with its link's token, which is shown this once."""

    token = fields.String()


class InvitationQuery(ListQuery):
    """How to list invitations, the newest first."""

    class Meta:
        model = Invitation


class AnswerSchema(Schema):
    """Whether to accept."""

    accept = fields.Boolean(required=True)


class TokenAnswerSchema(AnswerSchema):
    """Whether to accept the invitation of a link."""

    token = fields.String(required=True, validate=validate.Length(10, 100))


class ColleagueSchema(Schema):
    """A colleague of a market."""

    class Meta:
        model = Colleague

    id = fields.Id(dump_only=True)
    mobile = Mobile(required=True)
    name = fields.CleanText(120)
    created_at = fields.Timestamp(dump_only=True)


class ColleagueQuery(ListQuery):
    """How to list colleagues, the newest first."""

    class Meta:
        model = Colleague
