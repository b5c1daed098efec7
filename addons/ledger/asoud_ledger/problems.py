"""What this addon refuses, and with which codes."""

from __future__ import annotations

from addon_sdk import Conflict


class InsufficientFunds(Conflict):
    """A posting would take more from an account than it holds; ``account_kind`` says from which."""

    code, title = "ledger.insufficient_funds", "There is not enough money in the account."


class CauseReused(Conflict):
    """The cause was posted before with other amounts or accounts, so this is another fact under the same name."""

    code, title = "ledger.cause_reused", "This was posted before, with other amounts or accounts."


class AlreadyReversed(Conflict):
    """A posting is reversed once, and a reversal not at all."""

    code, title = "ledger.already_reversed", "This posting is reversed already, or is a reversal itself."


class StatementTooLong(Conflict):
    """More entries were asked for than one statement holds."""

    code, title = "ledger.statement_too_long", "This statement is too long; choose a shorter time."


class ProofRunning(Conflict):
    """Another proof has begun and has not ended."""

    code, title = "ledger.proof_running", "A proof is running already; wait for its end."
