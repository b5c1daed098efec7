"""Socket.IO: the namespace ``/loyalty``."""

from __future__ import annotations

from typing import Any, ClassVar

from addon_sdk import Namespace, authenticated, current_principal, on_event
from asoud_loyalty import services
from asoud_loyalty.schemas import BalanceSchema


class Loyalty(Namespace):
    """Answers how many points the caller has, and tells him when they change (``balance_changed {balance}``)."""

    namespace = "/loyalty"
    emits: ClassVar = {"balance_changed": BalanceSchema}

    @on_event("balance")
    @authenticated
    def balance(self, data: dict[str, Any]) -> dict[str, int]:
        """How many points I have."""
        user_id = current_principal().user_id
        assert user_id is not None  # @authenticated
        return {"balance": services.balance_of(user_id)}
