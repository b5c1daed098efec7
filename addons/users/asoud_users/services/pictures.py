"""The picture of a user's profile."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import platform, session, transaction
from asoud_users.files import PICTURE
from asoud_users.models import Profile
from asoud_users.services.accounts import profile_of


@transaction
def set_picture(user_id: UUID, file_id: UUID | None) -> Profile:
    """Show an upload of the user's as his picture, or none; the one before goes.

    Raises ValidationFailed for another's upload.
    """
    profile = profile_of(user_id)
    session().add(profile)
    if file_id == profile.picture_id:
        return profile
    if file_id is not None:
        platform.files.claim(file_id, kinds={PICTURE.name}, user_id=user_id, field="file_id")
    if profile.picture_id is not None:
        platform.files.release(profile.picture_id)
    profile.picture_id = file_id
    session().flush()
    return profile
