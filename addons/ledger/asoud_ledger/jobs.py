"""What is done later, and by the clock."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import cron, job
from asoud_ledger.problems import ProofRunning
from asoud_ledger.services import proving

_HOURS = 3600


@job(queue="bulk", timeout=2 * _HOURS)
def run_proof(proof_id: str) -> None:
    """Prove that the books are right."""
    proving.run(UUID(proof_id))


@cron("40 2 * * *", queue="bulk", timeout=2 * _HOURS)
def prove_nightly() -> None:
    """Prove each night that the books are right, unless somebody is doing so just now."""
    try:
        proving.prove()
    except ProofRunning:
        return
