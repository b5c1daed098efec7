"""What the roles in a room may do, unless a right is given or taken by hand."""

from __future__ import annotations

from asoud_chat.models import ParticipantRole

RIGHTS = ("can_send", "can_delete", "can_manage", "can_invite")

_OF_ROLE: dict[ParticipantRole, frozenset[str]] = {
    ParticipantRole.ADMIN: frozenset(RIGHTS),
    ParticipantRole.MODERATOR: frozenset({"can_send", "can_delete", "can_invite"}),
    ParticipantRole.MEMBER: frozenset({"can_send"}),
    ParticipantRole.GUEST: frozenset(),
}


def rights_of(role: ParticipantRole) -> dict[str, bool]:
    """Each right, and whether the role has it."""
    return {right: right in _OF_ROLE[role] for right in RIGHTS}
