"""What is done later, and by the clock."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import cron, job
from asoud_product.services import prices, reindexing, transfer, words

_HOURS = 3600


@cron(every=20)
def turn_sales() -> None:
    """Begin and end sales whose time has come."""
    prices.turn_sales()


@cron("50 3 * * *", queue="bulk", timeout=_HOURS)
def refresh_words() -> None:
    """Forget the words that no public product has any more, so that they count as typing errors again."""
    words.refresh()


@job(queue="bulk", timeout=6 * _HOURS)
def run_import(transfer_id: str) -> None:
    """Import a market's file; after a crash once more, which adds nothing twice."""
    transfer.run_import(UUID(transfer_id))


@job(queue="bulk", timeout=2 * _HOURS)
def run_export(transfer_id: str, filters: dict[str, list[str]]) -> None:
    """Write a market's products into a file."""
    transfer.run_export(UUID(transfer_id), filters)


@job(queue="bulk", timeout=2 * _HOURS, unique=True)
def reindex_category(category_id: str) -> None:
    """Index the values of products anew, in a category and all below it."""
    reindexing.reindex(UUID(category_id))


@cron("20 4 * * *")
def tidy_transfers() -> None:
    """Forget old imports and exports with their files, and give up those that died."""
    transfer.tidy()
