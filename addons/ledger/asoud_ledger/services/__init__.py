"""What other addons call: to post, to reverse, and to ask for balances."""

from asoud_ledger.services.balances import balance, balance_at, balances
from asoud_ledger.services.posting import Draft, post, post_all, posting_of, reverse
from asoud_ledger.services.proving import prove

__all__ = ["Draft", "balance", "balance_at", "balances", "post", "post_all", "posting_of", "prove", "reverse"]
