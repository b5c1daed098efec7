"""REST: users see their own accounts, and who keeps the books all of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from addon_sdk import Blueprint, ListArgs, NotFound, Page, authenticated, fresh, idempotent, raises, requires
from asoud_ledger.models import LedgerAccount, Posting, Proof
from asoud_ledger.problems import AlreadyReversed, InsufficientFunds, ProofRunning, StatementTooLong
from asoud_ledger.schemas import (
    AccountQuery,
    AccountSchema,
    EntryQuery,
    EntrySchema,
    PostingDetailSchema,
    PostingQuery,
    PostingSchema,
    ProofQuery,
    ProofSchema,
    ReversalSchema,
    StatementQuery,
    TrialBalanceQuery,
    TrialBalanceSchema,
)
from asoud_ledger.services import posting, proving, reading

blp = Blueprint("ledger", description="Accounts, entries, postings, and the proof that they are right.")


@blp.get("/accounts")
@authenticated
@blp.arguments(AccountQuery, location="query")
@blp.page(AccountSchema)
def list_accounts(query: ListArgs) -> Page:
    """List my accounts; all of them for holders of `ledger.view`."""
    return reading.list_accounts(query)


@blp.get("/accounts/<uuid:account_id>")
@authenticated
@raises(NotFound)
@blp.response(200, AccountSchema)
def get_account(account_id: UUID) -> LedgerAccount:
    """Show an account with its balance."""
    return reading.get_account(account_id)


@blp.get("/accounts/<uuid:account_id>/entries")
@authenticated
@raises(NotFound)
@blp.arguments(EntryQuery, location="query")
@blp.page(EntrySchema)
def list_entries(query: ListArgs, account_id: UUID) -> Page:
    """List an account's entries, the latest first, each with the balance after it."""
    return reading.list_entries(account_id, query)


@blp.get("/accounts/<uuid:account_id>/statement.csv")
@authenticated
@raises(NotFound, StatementTooLong)
@blp.arguments(StatementQuery, location="query")
@blp.response(200, media_type="text/csv")
def get_statement(query: dict[str, Any], account_id: UUID) -> Response:
    """Get an account's entries of some time as CSV, with the balances before and after."""
    text = reading.statement(account_id, query.get("since"), query.get("until"))
    return Response(text, mimetype="text/csv", headers={"Content-Disposition": 'attachment; filename="statement.csv"'})


@blp.get("/balances")
@requires("ledger.view")
@blp.arguments(TrialBalanceQuery, location="query")
@blp.response(200, TrialBalanceSchema)
def get_trial_balance(query: dict[str, Any]) -> dict[str, Any]:
    """Tell what all accounts of each kind hold together, now or at a moment."""
    return {"items": reading.trial_balance(query.get("at"))}


@blp.get("/postings")
@requires("ledger.view")
@blp.arguments(PostingQuery, location="query")
@blp.page(PostingSchema)
def list_postings(query: ListArgs) -> Page:
    """List postings, the latest first."""
    return reading.list_postings(query)


@blp.get("/postings/<uuid:posting_id>")
@requires("ledger.view")
@raises(NotFound)
@blp.response(200, PostingDetailSchema)
def get_posting(posting_id: UUID) -> dict[str, Any]:
    """Show a posting with both its sides."""
    return reading.get_posting(posting_id)


@blp.post("/postings/<uuid:posting_id>/reversals")
@requires("ledger.correct")
@fresh()
@idempotent
@raises(NotFound, AlreadyReversed, InsufficientFunds)
@blp.arguments(ReversalSchema)
@blp.response(201, PostingSchema)
def reverse_posting(data: dict[str, Any], posting_id: UUID) -> Posting:
    """Take a posting back by its opposite; this is how mistakes are mended."""
    return posting.reverse(posting_id, reason=data["reason"])


@blp.get("/proofs")
@requires("ledger.view")
@blp.arguments(ProofQuery, location="query")
@blp.page(ProofSchema)
def list_proofs(query: ListArgs) -> Page:
    """List proofs, the latest first."""
    return reading.list_proofs(query)


@blp.post("/proofs")
@requires("ledger.view")
@raises(ProofRunning)
@blp.response(202, ProofSchema)
def start_proof() -> Proof:
    """Prove the books now, beside the nightly run; a job does it."""
    return proving.start()


@blp.get("/proofs/<uuid:proof_id>")
@requires("ledger.view")
@raises(NotFound)
@blp.response(200, ProofSchema)
def get_proof(proof_id: UUID) -> Proof:
    """Show what a proof has found."""
    return reading.get_proof(proof_id)
