"""Facts that this addon publishes."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import event


@event("ledger.posted", version=1)
class Posted:
    """Money has moved."""

    posting_id: UUID
    kind: str
    cause: str
    reference: str


@event("ledger.proof_failed", version=1)
class ProofFailed:
    """A proof has found that the books are wrong, or differ from what a gateway reports."""

    proof_id: UUID
    findings: int
