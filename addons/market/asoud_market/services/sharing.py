"""Sharing a published market: its link, the platforms, and how often each was used."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from sqlalchemy import func, select

from addon_sdk import current_principal, session, setting, transaction
from asoud_market.models import Market, Share, SharePlatform, TallyKind
from asoud_market.problems import NotPublished
from asoud_market.services import tallies
from asoud_market.services.access import demand_market
from asoud_market.services.attention import demand_public
from asoud_market.services.public import get_public_market


def link_of(market: Market) -> str:
    """Where people see the market: on its own subdomain where the site has them, else under its business id."""
    if setting("subdomain_host") and market.subdomain:
        return f"https://{market.subdomain}.{setting('subdomain_host')}"
    return f"{str(setting('site_url')).rstrip('/')}/{market.business_id}"


def share_links(market_id: UUID) -> dict[str, Any]:
    """The link of a published market, and ready links for each platform that has one. Raises NotFound."""
    market = get_public_market(market_id)
    return {"url": link_of(market), "platforms": _platform_links(market.name, link_of(market))}


def own_share_links(market_id: UUID) -> dict[str, Any]:
    """The same for those who belong to the market. Raises NotFound, `NotPublished`."""
    market = demand_market(market_id, "market.view")
    if not market.is_public:
        raise NotPublished
    return {"url": link_of(market), "platforms": _platform_links(market.name, link_of(market))}


def _platform_links(name: str, url: str) -> dict[str, str]:
    text = f"{name} {url}"
    return {
        "whatsapp": f"https://wa.me/?{urlencode({'text': text})}",
        "telegram": f"https://t.me/share/url?{urlencode({'url': url, 'text': name})}",
        "twitter": f"https://twitter.com/intent/tweet?{urlencode({'url': url, 'text': name})}",
        "facebook": f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': url})}",
        "linkedin": f"https://www.linkedin.com/sharing/share-offsite/?{urlencode({'url': url})}",
        "email": f"mailto:?subject={quote(name)}&body={quote(url)}",
        "sms": f"sms:?body={quote(text)}",
    }


@transaction
def note_share(market_id: UUID, used: SharePlatform) -> None:
    """Count that somebody has shared a published market. Raises NotFound."""
    demand_public(market_id)
    session().add(Share(market_id=market_id, user_id=current_principal().user_id, platform=used))
    tallies.note(market_id, TallyKind.SHARE)


def statistics(market_id: UUID) -> dict[str, Any]:
    """How often a market was shared, by platform. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "market.view")
    query = select(Share.platform, func.count()).where(Share.market_id == market_id).group_by(Share.platform)
    counts = {used.value: count for used, count in session().execute(query)}
    return {
        "total": sum(counts.values()),
        "platforms": {each.value: counts.get(each.value, 0) for each in SharePlatform},
    }
