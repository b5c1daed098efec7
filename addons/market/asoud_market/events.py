"""Facts that this addon publishes."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import event


@event("market.market_created", version=1)
class MarketCreated:
    """Somebody has opened a market."""

    market_id: UUID
    owner_id: UUID


@event("market.market_changed", version=1)
class MarketChanged:
    """Something about a market is different now: its data, pictures, hours or contact."""

    market_id: UUID


@event("market.status_changed", version=1)
class StatusChanged:
    """A market has moved on in its life."""

    market_id: UUID
    from_status: str
    to_status: str
    is_public: bool


@event("market.published", version=1)
class Published:
    """A market is public from now on."""

    market_id: UUID
    owner_id: UUID


@event("market.unpublished", version=1)
class Unpublished:
    """A market, and what belongs to it, is no longer public."""

    market_id: UUID
    owner_id: UUID


@event("market.approval_requested", version=1)
class ApprovalRequested:
    """An owner waits for the site's staff."""

    market_id: UUID
    request_id: UUID
    kind: str


@event("market.approval_decided", version=1)
class ApprovalDecided:
    """The site's staff has approved or rejected what an owner asked for."""

    market_id: UUID
    owner_id: UUID
    request_id: UUID
    kind: str
    approved: bool


@event("market.staff_invited", version=1)
class StaffInvited:
    """A place in a market's staff was offered to somebody."""

    market_id: UUID
    invitation_id: UUID


@event("market.staff_joined", version=1)
class StaffJoined:
    """A user belongs to a market's staff from now on."""

    market_id: UUID
    user_id: UUID


@event("market.staff_left", version=1)
class StaffLeft:
    """A user no longer belongs to a market's staff."""

    market_id: UUID
    user_id: UUID


@event("market.colleagues_changed", version=1)
class ColleaguesChanged:
    """Somebody has come to the list of a market's colleagues, or gone from it."""

    market_id: UUID


@event("market.reported", version=1)
class Reported:
    """A user has told the site's staff that something is wrong with a market."""

    market_id: UUID
    report_id: UUID
