"""Tables of markets and of what belongs to them."""

from asoud_market.models.attention import (
    Bookmark,
    Like,
    Report,
    ReportReason,
    ReportState,
    Share,
    SharePlatform,
    Tally,
    TallyKind,
    View,
)
from asoud_market.models.life import Approval, ApprovalKind, ApprovalState, Move
from asoud_market.models.market import Market, MarketKind, Status
from asoud_market.models.parts import Contact, Gateway, GatewayChoice, GatewayState, Picture, PicturePurpose
from asoud_market.models.people import Colleague, Invitation, InvitationState, Member

__all__ = [
    "Approval",
    "ApprovalKind",
    "ApprovalState",
    "Bookmark",
    "Colleague",
    "Contact",
    "Gateway",
    "GatewayChoice",
    "GatewayState",
    "Invitation",
    "InvitationState",
    "Like",
    "Market",
    "MarketKind",
    "Member",
    "Move",
    "Picture",
    "PicturePurpose",
    "Report",
    "ReportReason",
    "ReportState",
    "Share",
    "SharePlatform",
    "Status",
    "Tally",
    "TallyKind",
    "View",
]
