"""An import from the file to its report, for jobs and the command line alike."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from uuid import UUID

from asoud_market.services import demand_market

from addon_sdk import Problem, acting_as, platform, setting, transaction
from asoud_product.files import REPORT
from asoud_product.services.transfer import columns
from asoud_product.services.transfer.account import Account, Advance, silent
from asoud_product.services.transfer.drafts import Drafting, batches, seen
from asoud_product.services.transfer.layout import Layout
from asoud_product.services.transfer.reading import Sheet, opened
from asoud_product.services.transfer.report import Report, report
from asoud_product.services.transfer.storing import store

BATCH = 1000
"""Rows that go in together."""
_CHUNK = 1_048_576


def import_file(transfer_id: UUID, file: IO[bytes], advance: Advance = silent) -> None:
    """Add and change the products that a CSV or XLSX file names, as the one who started the transfer.

    Every row that is right goes in, in batches; the report names the others. A file that can't be read as a whole
    fails, and nothing of it goes in. Running it again, also after a crash, adds nothing twice.
    """
    account = Account.begin(transfer_id, advance)
    if account is None:
        return
    try:
        with acting_as(account.principal()), _at_hand(file) as (copy, digest), report() as errors:
            demand_market(account.market_id, "product.edit")  # which may have been taken away since it was started
            with opened(copy, account.format, columns.is_known, setting("max_import_rows")) as sheet:
                _work(account, sheet, digest, errors)
            report_id = errors.store("report.csv", account.user_id)
    except Problem as problem:
        account.finish(problem=problem)
        return
    with transaction():
        if report_id is not None:
            platform.files.claim(report_id, kinds={REPORT.name})
        account.finish(report_id=report_id)


def _work(account: Account, sheet: Sheet, digest: str, errors: Report) -> None:
    layout = Layout(sheet.header)
    account.expect(sheet.total)
    with seen() as numbers:
        drafting = Drafting(layout, numbers, digest, setting("max_variants"))
        for drafts in batches(drafting.of(sheet), BATCH):
            outcome = store(account.market_id, drafts, check_only=account.check_only)
            errors.add(outcome.errors)
            account.count(
                outcome.errors,
                rows=outcome.rows,
                created=outcome.created,
                changed=outcome.changed,
                unchanged=outcome.unchanged,
                wrong=outcome.wrong,
            )


@contextmanager
def _at_hand(file: IO[bytes]) -> Iterator[tuple[IO[bytes], str]]:
    """The file on the local disk, where it is read more than once, and its SHA-256."""
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as copy:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
        yield copy, digest.hexdigest()
