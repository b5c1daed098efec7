"""What keeps goods from being deleted."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from asoud_product.models import Variant
from asoud_product.services import InUse
from sqlalchemy import select

from addon_sdk import now, session, translate
from asoud_inventory.models import Reservation, ReservedLine, State
from asoud_inventory.services.holdings import Holdings


def refuse_reserved(variant_ids: Collection[UUID]) -> None:
    """Raises `InUse` while somebody may still pay for one of these; nobody reserves them meanwhile."""
    Holdings(variant_ids)
    held = select(ReservedLine.id).join(Reservation, Reservation.id == ReservedLine.reservation_id)
    held = held.where(Reservation.state == State.HELD, Reservation.expires_at > now())
    if session().scalar(held.where(ReservedLine.variant_id.in_(variant_ids)).limit(1)) is not None:
        raise InUse(translate("Somebody has these goods reserved; wait until he has paid or given up."))


def refuse_reserved_of(product_id: UUID) -> None:
    """The same for all variants of a product."""
    refuse_reserved(session().scalars(select(Variant.id).where(Variant.product_id == product_id)).all())
