"""Starting imports and exports, looking after them, and forgetting them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from asoud_category.services import attributes_of, tree
from asoud_market.services import demand_market
from sqlalchemy import delete, select

from addon_sdk import (
    ListArgs,
    ListQuery,
    NotFound,
    Page,
    ValidationFailed,
    now,
    paginate,
    platform,
    session,
    transaction,
)
from addon_sdk.fields import guarded
from asoud_product.files import IMPORT, XLSX
from asoud_product.models import Direction, Transfer, TransferState
from asoud_product.services.access import caller_id
from asoud_product.services.shelves import shelves_of
from asoud_product.services.transfer import columns
from asoud_product.services.transfer.account import Account, find, silent
from asoud_product.services.transfer.exporting import Filters, export_file
from asoud_product.services.transfer.failures import Lost
from asoud_product.services.transfer.importing import import_file

KEPT = timedelta(days=90)
"""How long a transfer and its files stay."""
SILENT = timedelta(days=1)
"""After which a transfer that says nothing is given up."""
_AT_ONCE = 200


class TransferQuery(ListQuery):
    """How to list transfers, the latest first."""

    class Meta:
        model = Transfer


@transaction
def start_import(market_id: UUID, file_id: UUID, *, check_only: bool) -> Transfer:
    """Have a job import an upload of the caller's. Raises NotFound, PermissionDenied, ValidationFailed."""
    from asoud_product.jobs import run_import

    demand_market(market_id, "product.edit")
    file = platform.files.claim(file_id, kinds={IMPORT.name}, user_id=caller_id(), field="file_id")
    transfer = added(market_id, Direction.IMPORT, _format(file.media_type), file_id=file_id, check_only=check_only)
    run_import.enqueue(transfer_id=str(transfer.id))
    return transfer


@transaction
def start_export(market_id: UUID, kind: str, filters: Mapping[str, Sequence[Any]]) -> Transfer:
    """Have a job write the market's products that fit ``filters`` into a file of the kind ``csv`` or ``xlsx``.

    Raises NotFound, PermissionDenied, and ValidationFailed for a category or shelf that there is not.
    """
    from asoud_product.jobs import run_export

    demand_market(market_id, "product.edit")
    there = {"category_id": tree().nodes, "shelf_id": {shelf.id for shelf in shelves_of(market_id)}}
    unknown = [name for name, known in there.items() if not all(each in known for each in filters.get(name, ()))]
    if unknown:
        raise ValidationFailed(errors=[ValidationFailed.unknown(f"filters/{name}").errors[0] for name in unknown])
    transfer = added(market_id, Direction.EXPORT, kind)
    wanted = {name: [str(getattr(each, "value", each)) for each in values] for name, values in filters.items()}
    run_export.enqueue(transfer_id=str(transfer.id), filters=wanted)
    return transfer


@transaction
def added(market_id: UUID, direction: Direction, kind: str, **values: Any) -> Transfer:
    """A transfer of the caller's that waits for its work."""
    transfer = Transfer(market_id=market_id, user_id=caller_id(), direction=direction, format=kind, **values)
    transfer.errors = []
    session().add(transfer)
    session().flush()
    return transfer


def list_transfers(market_id: UUID, args: ListArgs) -> Page:
    """A page of a market's transfers. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "product.edit")
    return paginate(select(Transfer).where(Transfer.market_id == market_id), args)


def get_transfer(market_id: UUID, transfer_id: UUID) -> Transfer:
    """A market's transfer. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "product.edit")
    return find(market_id, transfer_id)


def template(market_id: UUID, category_id: UUID | None) -> str:
    """A CSV file with nothing but the header, with the attributes of a category if one is named.

    Raises NotFound, PermissionDenied, and ValidationFailed for an unknown category.
    """
    demand_market(market_id, "product.edit")
    try:
        keys = [each.key for each in attributes_of(category_id)] if category_id else []
    except NotFound:
        raise ValidationFailed.unknown("category_id") from None
    text = io.StringIO()
    header = (*columns.NAMES, *(columns.ATTRIBUTE + key for key in keys))
    csv.writer(text).writerow(guarded(name) for name in header)
    return f"\ufeff{text.getvalue()}"


def run_import(transfer_id: UUID) -> None:
    """Do the work of an import that was started; what is gone meanwhile is let be."""
    transfer = session().get(Transfer, transfer_id)
    if transfer is None or transfer.file_id is None:
        return
    file = platform.files.get(transfer.file_id)
    with platform.files.storage.open(file.key) as stream:
        import_file(transfer_id, stream)


def run_export(transfer_id: UUID, filters: Filters) -> None:
    """Do the work of an export that was started."""
    export_file(transfer_id, filters)


def tidy() -> None:
    """Give up what has been silent for a day, and forget what is old, with its files."""
    quiet = Transfer.updated_at < now() - SILENT
    waiting = Transfer.state.in_((TransferState.WAITING, TransferState.RUNNING))
    for transfer_id in session().scalars(select(Transfer.id).where(quiet, waiting)).all():
        if (account := Account.begin(transfer_id, silent)) is not None:
            account.finish(problem=Lost())
    while _forget_some():
        pass


@transaction
def _forget_some() -> bool:
    old = select(Transfer).where(Transfer.created_at < now() - KEPT).order_by(Transfer.id).limit(_AT_ONCE)
    found = session().scalars(old).all()
    for file_id in (each for transfer in found for each in (transfer.file_id, transfer.report_id) if each is not None):
        platform.files.release(file_id)
    session().execute(delete(Transfer).where(Transfer.id.in_([transfer.id for transfer in found])))
    return bool(found)


def _format(media_type: str) -> str:
    return "xlsx" if media_type == XLSX else "csv"
