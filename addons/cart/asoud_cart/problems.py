"""What this addon refuses, and with which codes."""

from __future__ import annotations

from addon_sdk import Conflict


class NotForSale(Conflict):
    """The variant can't be bought now; ``detail`` says why."""

    code, title = "cart.not_for_sale", "This can't be bought at the moment."


class TooMany(Conflict):
    """More than a cart may hold of one thing; ``most`` is how many it may."""

    code, title = "cart.too_many", "A cart can't hold as many of one thing."


class TooManyLines(Conflict):
    """The cart holds as many different things as it may; ``most`` is how many."""

    code, title = "cart.too_many_lines", "The cart is full; order what is in it first, or take something out."


class NotEnough(Conflict):
    """Less can be had than is wanted; ``available`` is how many."""

    code, title = "cart.not_enough", "There is not enough of this in stock."


class OtherCurrency(Conflict):
    """A cart is in one currency; ``currency`` is which."""

    code, title = "cart.other_currency", "This is sold in another currency than what is in the cart."
