"""What this addon refuses, and with which codes."""

from __future__ import annotations

from addon_sdk import Conflict


class OutOfStock(Conflict):
    """More is wanted than there is; ``lines`` names each variant with what was wanted and what may be sold."""

    code, title = "inventory.out_of_stock", "There is not enough of this in stock."


class ReservationOver(Conflict):
    """The reservation was released, or its time is over; ask for a new one under another reference."""

    code, title = "inventory.reservation_over", "The goods are no longer reserved."


class ReferenceReused(Conflict):
    """The reference was used before for other goods."""

    code, title = "inventory.reference_reused", "This reference was used before for other goods."


class AlreadyConfirmed(Conflict):
    """Goods that are sold aren't released; they can be returned."""

    code, title = "inventory.already_confirmed", "These goods are sold already; they can only be returned."


class NotConfirmed(Conflict):
    """Goods that were not sold can't come back."""

    code, title = "inventory.not_confirmed", "These goods were not sold."


class TooManyReturned(Conflict):
    """More would come back than was sold; ``lines`` names each variant with what was wanted and what may come back."""

    code, title = "inventory.too_many_returned", "More would come back than was sold."


class NotThere(Conflict):
    """The location has less than would be taken from it; ``available`` is what it has that is promised to nobody."""

    code, title = "inventory.not_there", "The location does not have as much that is promised to nobody."


class SoldBeyond(Conflict):
    """More than the new limit is sold beyond the stock already; ``beyond`` is how many."""

    code, title = "inventory.sold_beyond", "More than that is sold beyond the stock already."


class AdjustmentDecided(Conflict):
    """Somebody has decided already."""

    code, title = "inventory.adjustment_decided", "This adjustment is decided already."


class SecondPersonNeeded(Conflict):
    """Who asked for an adjustment doesn't approve it himself."""

    code, title = "inventory.second_person_needed", "Somebody else than who asked must decide."


class LocationInUse(Conflict):
    """A location that has stock, or adjustments that wait, stays; so does the last one."""

    code, title = "inventory.location_in_use", "This location has stock, waiting adjustments, or is the last one."


class TooManyLocations(Conflict):
    """The market has as many locations as the setting ``max_locations`` allows."""

    code, title = "inventory.too_many_locations", "The market has too many locations; delete one first."
