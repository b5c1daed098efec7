"""What this addon refuses, and with which codes."""

from __future__ import annotations

from addon_sdk import Conflict, PermissionDenied, Problem


class MoveNotAllowed(Conflict):
    """The market's life has no such move for this caller; ``allowed`` names those that there are."""

    code, title = "market.move_not_allowed", "The market cannot go from its present state to that one."


class NotEditable(Conflict):
    """An inactive market, and one whose payment is under way, cannot be changed."""

    code, title = "market.not_editable", "In its present state the market cannot be changed."


class Incomplete(Problem):
    """Something is missing that a published market has; ``errors`` names each field."""

    status, code, title = 422, "market.incomplete", "Something is missing before the market can be published."


class RequestPending(Conflict):
    """A request of this kind is waiting already."""

    code, title = "market.request_pending", "You have asked for this already; wait for the answer."


class RequestDecided(Conflict):
    """The request was decided or withdrawn before."""

    code, title = "market.request_decided", "This request is no longer waiting for a decision."


class NotPublished(Conflict):
    """Only a published market can be shared."""

    code, title = "market.not_published", "Only a published market can be shared."


class BusinessIdTaken(Conflict):
    """Another market has this business id, whatever the case of its letters."""

    code, title = "market.business_id_taken", "Another market has this business id; choose another one."


class BusinessIdFixed(Conflict):
    """A market that was published keeps its business id, since cards and links carry it."""

    code, title = "market.business_id_fixed", "The business id of a market that was published cannot be changed."


class TooManyPictures(Conflict):
    """The market shows as many pictures there as the setting ``max_pictures`` allows."""

    code, title = "market.too_many_pictures", "The market shows too many pictures; delete one first."


class TooManyStaff(Conflict):
    """The market has as many staff and open invitations as the setting ``max_staff`` allows."""

    code, title = "market.too_many_staff", "The market has too many staff and open invitations."


class TooManyColleagues(Conflict):
    """The market lists as many colleagues as the setting ``max_colleagues`` allows."""

    code, title = "market.too_many_colleagues", "The market lists too many colleagues."


class AlreadyStaff(Conflict):
    """He belongs to the market already, or was invited and has not answered."""

    code, title = "market.already_staff", "This person belongs to the market or is invited already."


class ColleagueExists(Conflict):
    """The market lists this number already."""

    code, title = "market.colleague_exists", "This colleague is in the market's list already."


class InvitationOver(Conflict):
    """The invitation has expired, or was answered or withdrawn."""

    code, title = "market.invitation_over", "This invitation is no longer open; ask for a new one."


class NotInvited(PermissionDenied):
    """The invitation is for another mobile number."""

    code, title = "market.not_invited", "This invitation is for another mobile number."


class ReportOpen(Conflict):
    """The caller's earlier report about this market is still open."""

    code, title = "market.report_open", "Your report about this market is being looked at."


class AnotherReportOpen(Conflict):
    """The site's staff opens a report again while its user has another open one about the market."""

    code, title = "market.another_report_open", "This user has another open report about the market."


class NothingToDecide(Conflict):
    """The market's choice of a gateway needs no decision, or has one."""

    code, title = "market.nothing_to_decide", "This choice of a gateway waits for no decision."
