"""The rules of markets; the only place that writes. Other addons may call what stands here."""

from asoud_market.scope import belonging, grantable
from asoud_market.services.access import demand_market, get_market, is_public, may_in
from asoud_market.services.colleagues import colleague_markets, is_colleague
from asoud_market.services.hours import Badge, badge, spans_of
from asoud_market.services.life import Fee, fee_of, mark_paid, mark_payment_pending, mark_unpaid
from asoud_market.services.markets import open_market
from asoud_market.services.public import category_of, get_public_market, is_shown
from asoud_market.services.sharing import link_of

__all__ = [
    "Badge",
    "Fee",
    "badge",
    "belonging",
    "category_of",
    "colleague_markets",
    "demand_market",
    "fee_of",
    "get_market",
    "get_public_market",
    "grantable",
    "is_colleague",
    "is_public",
    "is_shown",
    "link_of",
    "mark_paid",
    "mark_payment_pending",
    "mark_unpaid",
    "may_in",
    "open_market",
    "spans_of",
]
