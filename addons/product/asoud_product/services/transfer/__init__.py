"""Products in and out by files."""

from asoud_product.services.transfer.account import NAMESPACE
from asoud_product.services.transfer.exporting import export_file, export_into
from asoud_product.services.transfer.importing import import_file
from asoud_product.services.transfer.transfers import (
    TransferQuery,
    added,
    get_transfer,
    list_transfers,
    run_export,
    run_import,
    start_export,
    start_import,
    template,
    tidy,
)

__all__ = [
    "NAMESPACE",
    "TransferQuery",
    "added",
    "export_file",
    "export_into",
    "get_transfer",
    "import_file",
    "list_transfers",
    "run_export",
    "run_import",
    "start_export",
    "start_import",
    "template",
    "tidy",
]
