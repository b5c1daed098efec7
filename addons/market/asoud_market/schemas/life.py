"""Moves, requests and decisions."""

from __future__ import annotations

from addon_sdk import AnyOf, ListQuery, Schema, fields
from asoud_market.models import Approval, ApprovalKind, ApprovalState, Move, Status


class NewMoveSchema(Schema):
    """Where to lead a market."""

    to = fields.Enum(Status, required=True)
    reason = fields.CleanText(200, load_default="")
    notes = fields.CleanText(1000, load_default="", multiline=True)


class MoveSchema(Schema):
    """A step of a market's life."""

    class Meta:
        model = Move

    id = fields.Id()
    from_status = fields.Enum(Status, allow_none=True)
    to_status = fields.Enum(Status)
    actor = fields.String(metadata={"description": "`owner`, `admin` or `system`."})
    by_id = fields.Id(allow_none=True)
    reason = fields.String()
    notes = fields.String()
    created_at = fields.Timestamp()


class MoveQuery(ListQuery):
    """How to list moves, the newest first."""

    class Meta:
        model = Move


class NewRequestSchema(Schema):
    """What to ask the site's staff for."""

    kind = fields.Enum(ApprovalKind, required=True)
    message = fields.CleanText(1000, load_default="", multiline=True)


class RequestSchema(Schema):
    """What an owner has asked for, and the answer."""

    class Meta:
        model = Approval

    id = fields.Id()
    market_id = fields.Id()
    kind = fields.Enum(ApprovalKind)
    state = fields.Enum(ApprovalState)
    requested_by = fields.Id(allow_none=True)
    message = fields.String()
    answer = fields.String()
    decided_at = fields.Timestamp(allow_none=True)
    created_at = fields.Timestamp()


class RequestOfMarketSchema(Schema):
    """A request as the site's staff sees it, with its market."""

    request = fields.Nested(RequestSchema)
    name = fields.String(metadata={"description": "The market's name."})
    status = fields.Enum(Status, metadata={"description": "Where the market stands now."})


class RequestQuery(ListQuery):
    """Which requests."""

    kind = AnyOf(fields.Enum(ApprovalKind), Approval.kind)
    state = AnyOf(fields.Enum(ApprovalState), Approval.state)

    class Meta:
        model = Approval


class DecisionSchema(Schema):
    """Whether a request is approved."""

    approved = fields.Boolean(required=True)
    answer = fields.CleanText(1000, load_default="", multiline=True)
    needs_editing = fields.Boolean(
        load_default=False, metadata={"description": "A rejected market is to be edited, and asked for again."}
    )
