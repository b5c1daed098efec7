"""Imports and exports of a market's products."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from addon_sdk import Blueprint, ListArgs, Page, throttled
from asoud_product.limits import TRANSFERS
from asoud_product.models import Transfer
from asoud_product.schemas.transfers import (
    ExportSchema,
    ImportSchema,
    TemplateQuery,
    TransferDetailSchema,
    TransferSchema,
    detailed,
)
from asoud_product.services import transfer
from asoud_product.views.rules import edits, found

blp = Blueprint("product_transfers", description="Products in and out by files.")


@blp.post("/my/markets/<uuid:market_id>/imports")
@edits
@found
@throttled(TRANSFERS.key)
@blp.arguments(ImportSchema)
@blp.response(202, TransferSchema)
def start_import(data: dict[str, Any], market_id: UUID) -> Transfer:
    """Import a CSV or XLSX file; a job does it. Rows that are wrong are left out and named in the report."""
    return transfer.start_import(market_id, data["file_id"], check_only=data["check_only"])


@blp.post("/my/markets/<uuid:market_id>/exports")
@edits
@found
@throttled(TRANSFERS.key)
@blp.arguments(ExportSchema)
@blp.response(202, TransferSchema)
def start_export(data: dict[str, Any], market_id: UUID) -> Transfer:
    """Write products into a CSV or XLSX file; a job does it. Importing the file as it is changes nothing."""
    return transfer.start_export(market_id, data["format"], data["filters"])


@blp.get("/my/markets/<uuid:market_id>/transfers")
@edits
@found
@blp.arguments(transfer.TransferQuery, location="query")
@blp.page(TransferSchema)
def list_transfers(query: ListArgs, market_id: UUID) -> Page:
    """List imports and exports, the latest first."""
    return transfer.list_transfers(market_id, query)


@blp.get("/my/markets/<uuid:market_id>/transfers/<uuid:transfer_id>")
@edits
@found
@blp.response(200, TransferDetailSchema)
def get_transfer(market_id: UUID, transfer_id: UUID) -> dict[str, Any]:
    """Show how far an import or export has come, with its file and its report."""
    return detailed(transfer.get_transfer(market_id, transfer_id))


@blp.get("/my/markets/<uuid:market_id>/import-template")
@edits
@found
@blp.arguments(TemplateQuery, location="query")
@blp.response(200, media_type="text/csv")
def get_import_template(query: dict[str, Any], market_id: UUID) -> Response:
    """Get an empty CSV file with all columns, for a category with those of its attributes."""
    text = transfer.template(market_id, query.get("category_id"))
    named = {"Content-Disposition": 'attachment; filename="products.csv"'}
    return Response(text, mimetype="text/csv", headers=named)
