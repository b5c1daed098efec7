"""Reservations: goods that are promised for a while, then sold or let go. Each call may come twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from asoud_product.models import Variant
from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from addon_sdk import Model, NotFound, ValidationFailed, new_id, now, publish, session, setting, transaction
from asoud_inventory.events import ReservationExpired
from asoud_inventory.models import Kind, Reservation, ReservedLine, Return, State
from asoud_inventory.problems import (
    AlreadyConfirmed,
    NotConfirmed,
    OutOfStock,
    ReferenceReused,
    ReservationOver,
    TooManyReturned,
)
from asoud_inventory.services.holdings import Holdings

MOST = 1_000_000
"""Pieces of one variant in one reservation."""
_BATCH = 200
_LET_GO = {State.RELEASED: Kind.RELEASED, State.EXPIRED: Kind.EXPIRED}


class Line(NamedTuple):
    """So many of a variant."""

    variant_id: UUID
    quantity: int


@transaction
def reserve(reference: str, lines: Iterable[Line], *, minutes: int | None = None) -> Reservation:
    """Promise goods to somebody for some minutes, all of them or none; what nobody counts there always is.

    ``reference`` names what they are for, such as ``order:<id>``: asked again for the same goods, the answer is the
    reservation that is there, and its time stays. Items stay locked until the transaction ends, so do it late. Raises
    `OutOfStock`, `ReferenceReused`, `ReservationOver`, and ValidationFailed for a quantity or variant that can't be.
    """
    wanted = _added_up(lines)
    asked = _as_json(wanted)
    ends = now() + timedelta(minutes=setting("hold_minutes") if minutes is None else minutes)
    values = {"reference": reference, "state": State.HELD, "expires_at": ends, "asked": asked}
    is_new = _add_once(Reservation, values)
    reservation = _locked(reference)
    if is_new:
        _take(reservation, wanted)
    elif reservation.asked != asked:
        raise ReferenceReused
    elif _is_over(reservation):
        raise ReservationOver
    return reservation


@transaction
def extend(reference: str, *, minutes: int | None = None) -> Reservation:
    """Keep goods reserved for at least so many minutes from now, because a payment has begun.

    Of what is sold already nothing changes. Raises NotFound, `ReservationOver`.
    """
    reservation = _locked(reference)
    if _is_over(reservation):
        raise ReservationOver
    if reservation.state is State.HELD:
        ends = now() + timedelta(minutes=setting("payment_minutes") if minutes is None else minutes)
        reservation.expires_at = max(reservation.expires_at, ends)
    return reservation


@transaction
def confirm(reference: str) -> Reservation:
    """Sell what is reserved, because it is paid. What has expired is taken anew, as long as it is there.

    Raises NotFound, `ReservationOver` for what was released, and `OutOfStock` when a payment came too late.
    """
    reservation = _locked(reference)
    if reservation.state is State.RELEASED:
        raise ReservationOver
    if reservation.state is State.EXPIRED:
        session().execute(delete(ReservedLine).where(ReservedLine.reservation_id == reservation.id))
        _take(reservation, {UUID(variant_id): quantity for variant_id, quantity in reservation.asked.items()})
    if reservation.state is not State.CONFIRMED:
        lines = _lines_of([reservation])
        holdings = Holdings(line.variant_id for line in lines)
        for line in lines:
            if line.location_id is not None and line.variant_id in holdings.items:
                change = {"on_hand": -line.quantity, "reserved": -line.quantity}
                holdings.move(Kind.SOLD, line.variant_id, line.location_id, reference=reference, **change)
        reservation.state = State.CONFIRMED
        holdings.settle()
    return reservation


@transaction
def release(reference: str) -> Reservation:
    """Let reserved goods go, because nobody wants them any more. Raises NotFound, `AlreadyConfirmed`."""
    reservation = _locked(reference)
    if reservation.state is State.CONFIRMED:
        raise AlreadyConfirmed
    if reservation.state is State.HELD:
        lines = _lines_of([reservation])
        holdings = Holdings(line.variant_id for line in lines)
        _let_go(holdings, [reservation], lines, State.RELEASED)
        holdings.settle()
    return reservation


@transaction
def restock(reference: str, return_reference: str, lines: Iterable[Line]) -> Return:
    """Put goods that were sold back to where they came from.

    ``return_reference`` names what brings them, such as ``return:<id>``; it counts once. Raises NotFound,
    `NotConfirmed`, `TooManyReturned`, `ReferenceReused`, ValidationFailed.
    """
    wanted = _added_up(lines)
    reservation = _locked(reference)
    if reservation.state is not State.CONFIRMED:
        raise NotConfirmed
    values = {"reference": return_reference, "reservation_id": reservation.id, "returned": _as_json(wanted)}
    is_new = _add_once(Return, values)
    made = session().scalars(select(Return).where(Return.reference == return_reference)).one()
    if is_new:
        _put_back(reservation, wanted, return_reference)
    elif (made.reservation_id, made.returned) != (reservation.id, values["returned"]):
        raise ReferenceReused
    return made


def get(reference: str) -> Reservation:
    """The reservation under a reference. Raises NotFound."""
    found = session().scalar(select(Reservation).where(Reservation.reference == reference))
    if found is None:
        raise NotFound
    return found


def expire() -> int:
    """Let everything go whose time is over; how many reservations. One transaction for each batch."""
    expired = 0
    while done := _expire_batch():
        expired += done
    return expired


@transaction
def _expire_batch() -> int:
    late = _late(limit=_BATCH)
    if late:
        lines = _lines_of(late)
        holdings = Holdings(line.variant_id for line in lines)
        _let_go(holdings, late, lines, State.EXPIRED)
        holdings.settle()
    return len(late)


def _late(touching: Collection[UUID] | None = None, limit: int | None = None) -> Sequence[Reservation]:
    """Reservations whose time is over, locked; those that somebody is busy with are left to him."""
    query = select(Reservation).where(Reservation.state == State.HELD, Reservation.expires_at <= now())
    if touching is not None:
        same = ReservedLine.reservation_id == Reservation.id
        query = query.where(select(ReservedLine.id).where(same, ReservedLine.variant_id.in_(touching)).exists())
    query = query.order_by(Reservation.expires_at, Reservation.id).limit(limit)
    return session().scalars(query.with_for_update(skip_locked=True)).all()


def _take(reservation: Reservation, wanted: Mapping[UUID, int]) -> None:
    """Reserve goods, once those that others have had for too long are free."""
    late = _late(touching=wanted)
    free = _lines_of(late)
    holdings = Holdings({*wanted, *(line.variant_id for line in free)})
    _let_go(holdings, late, free, State.EXPIRED)
    _check(holdings, wanted)
    rows = []
    for variant_id, quantity in wanted.items():
        counted = variant_id in holdings.items
        parts = holdings.allocate(variant_id, quantity) if counted else {None: quantity}
        for location_id, part in parts.items():
            row = {"variant_id": variant_id, "location_id": location_id, "quantity": part}
            rows.append({"reservation_id": reservation.id, **row})
            if location_id is not None:
                reference = reservation.reference
                holdings.move(Kind.RESERVED, variant_id, location_id, reference=reference, reserved=part)
    reservation.state = State.HELD
    holdings.settle()
    session().execute(insert(ReservedLine), rows)


def _check(holdings: Holdings, wanted: Mapping[UUID, int]) -> None:
    if uncounted := [variant_id for variant_id in wanted if variant_id not in holdings.items]:
        there = set(session().scalars(select(Variant.id).where(Variant.id.in_(uncounted))))
        if set(uncounted) - there:
            raise ValidationFailed.unknown("lines")
    short = [
        {"variant_id": str(variant_id), "wanted": wanted[variant_id], "available": max(item.salable, 0)}
        for variant_id, item in holdings.items.items()
        if wanted.get(variant_id, 0) > item.salable
    ]
    if short:
        raise OutOfStock(lines=short)


def _let_go(
    holdings: Holdings, reservations: Sequence[Reservation], lines: Sequence[ReservedLine], state: State
) -> None:
    by_id = {reservation.id: reservation for reservation in reservations}
    for line in lines:
        if line.location_id is not None and line.variant_id in holdings.items:
            reference = by_id[line.reservation_id].reference
            kind, change = _LET_GO[state], -line.quantity
            holdings.move(kind, line.variant_id, line.location_id, reference=reference, reserved=change)
    for reservation in reservations:
        reservation.state = state
        if state is State.EXPIRED:
            publish(ReservationExpired(reservation_id=reservation.id, reference=reservation.reference))


def _put_back(reservation: Reservation, wanted: Mapping[UUID, int], reference: str) -> None:
    lines = _lines_of([reservation])
    sold = dict.fromkeys(wanted, 0)
    for line in lines:
        if line.variant_id in sold:
            sold[line.variant_id] += line.quantity - line.returned
    if beyond := [each for each, quantity in wanted.items() if quantity > sold[each]]:
        told = [{"variant_id": str(each), "wanted": wanted[each], "returnable": sold[each]} for each in beyond]
        raise TooManyReturned(lines=told)
    holdings = Holdings(wanted)
    left = dict(wanted)
    for line in lines:
        part = min(line.quantity - line.returned, left.get(line.variant_id, 0))
        if part:
            line.returned += part
            left[line.variant_id] -= part
            if line.location_id is not None and line.variant_id in holdings.items:
                holdings.move(Kind.RETURNED, line.variant_id, line.location_id, reference=reference, on_hand=part)
    holdings.settle()


def _lines_of(reservations: Sequence[Reservation]) -> Sequence[ReservedLine]:
    if not reservations:
        return []
    ids = [reservation.id for reservation in reservations]
    return session().scalars(select(ReservedLine).where(ReservedLine.reservation_id.in_(ids))).all()


def _locked(reference: str) -> Reservation:
    found = session().scalar(select(Reservation).where(Reservation.reference == reference).with_for_update())
    if found is None:
        raise NotFound
    return found


def _is_over(reservation: Reservation) -> bool:
    """Whether its goods are free again, or will be as soon as somebody wants them."""
    late = reservation.state is State.HELD and reservation.expires_at <= now()
    return late or reservation.state in _LET_GO


def _add_once(model: type[Model], values: Mapping[str, object]) -> bool:
    """Write a row under its reference; whether there was none. Of two at once the second waits for the first."""
    dialect = postgresql if session().get_bind().dialect.name == "postgresql" else sqlite
    at = now()
    row = {"id": new_id(), "created_at": at, "updated_at": at, **values}
    added = dialect.insert(model).values(row).on_conflict_do_nothing(index_elements=["reference"])
    return session().execute(added.returning(model.id)).one_or_none() is not None


def _added_up(lines: Iterable[Line]) -> dict[UUID, int]:
    """By variant, how many in all. Raises ValidationFailed."""
    wanted: dict[UUID, int] = {}
    for place, (variant_id, quantity) in enumerate(lines):
        wanted[variant_id] = wanted.get(variant_id, 0) + quantity
        if quantity < 1 or wanted[variant_id] > MOST:
            message = "How many is a whole number from 1 to {most}."
            raise ValidationFailed.of(f"/lines/{place}/quantity", "range", message, most=MOST)
    if not wanted:
        raise ValidationFailed.of("/lines", "required", "Say of what, and how many.")
    return wanted


def _as_json(wanted: Mapping[UUID, int]) -> dict[str, int]:
    return {str(variant_id): quantity for variant_id, quantity in wanted.items()}
