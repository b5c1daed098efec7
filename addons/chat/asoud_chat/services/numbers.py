"""Finding users by their mobile numbers, for those who don't know their ids."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from asoud_users.models import User
from sqlalchemy import select

from addon_sdk import FieldError, ValidationFailed, session, translate
from addon_sdk.identity import count_use
from asoud_chat.limits import NUMBERS_OF_USER


def users_of_mobiles(mobiles: Sequence[str]) -> list[UUID]:
    """Ids of the users with these numbers, in their order. Call outside a transaction: it asks Redis.

    Raises ValidationFailed, which names each number that nobody has, and TooManyRequests.
    """
    if not mobiles:
        return []
    for _ in mobiles:
        count_use(NUMBERS_OF_USER.key)
    rows = session().execute(select(User.mobile, User.id).where(User.mobile.in_(mobiles), User.erased_at.is_(None)))
    found: dict[str | None, UUID] = {row.mobile: row.id for row in rows}
    message = translate("There is no such user.")
    unknown = [place for place, mobile in enumerate(mobiles) if mobile not in found]
    if unknown:
        raise ValidationFailed(errors=[FieldError(f"/mobiles/{place}", "unknown", message) for place in unknown])
    return [found[mobile] for mobile in mobiles]
