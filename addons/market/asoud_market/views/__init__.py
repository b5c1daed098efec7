"""REST: parse, call a service, answer."""

from asoud_market.views import (
    administration,
    attention,
    gateways,
    hours,
    invitations,
    life,
    looks,
    mine,
    people,
    places,
    public,
)

__all__ = [
    "administration",
    "attention",
    "gateways",
    "hours",
    "invitations",
    "life",
    "looks",
    "mine",
    "people",
    "places",
    "public",
]
