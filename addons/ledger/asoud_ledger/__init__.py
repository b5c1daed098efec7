"""The ledger: every Rial that moves, in double entry; nothing is changed or deleted, and each posting sums to zero."""

from addon_sdk import Addon

addon = Addon(
    title="Ledger",
    category="commerce",
    icon="book-open",
    permissions={
        "ledger.view": "See all accounts, postings and proofs of the ledger",
        "ledger.correct": "Reverse postings of the ledger",
    },
)
