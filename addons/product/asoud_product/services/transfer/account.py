"""How far a transfer has come: kept in its row, told to whoever started it, and to its job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from addon_sdk import NotFound, Principal, Problem, emit, now, platform, publish, report_progress, session, transaction
from asoud_product.events import TransferFinished
from asoud_product.models import Transfer, TransferState
from asoud_product.services.transfer.layout import RowError

Advance = Callable[[int, int], None]
"""Takes how many rows are done, and how many there are."""
NAMESPACE = "/product"
SHOWN_ERRORS = 100
"""How many wrong rows stand in the transfer itself."""
_COUNTED = ("rows", "created", "changed", "unchanged", "wrong")
_OVER = (TransferState.DONE, TransferState.FAILED)


class Account:
    """The bookkeeping of one running transfer."""

    def __init__(self, transfer: Transfer, advance: Advance) -> None:
        """Use `begin`."""
        self.id, self.market_id, self.user_id = transfer.id, transfer.market_id, transfer.user_id
        self.direction, self.format, self.check_only = transfer.direction, transfer.format, transfer.check_only
        self._advance = advance
        self._said: dict[str, Any] = {}
        self.total = 0
        self.errors: list[dict[str, Any]] = []
        self.counted = dict.fromkeys(_COUNTED, 0)

    @classmethod
    def begin(cls, transfer_id: UUID, advance: Advance) -> Account | None:
        """Begin, or begin anew after a crash; None when the transfer is over or gone."""
        with transaction():
            transfer = session().scalar(select(Transfer).where(Transfer.id == transfer_id).with_for_update())
            if transfer is None or transfer.state in _OVER:
                return None
            account = cls(transfer, advance)
            account._write(state=TransferState.RUNNING, errors=[])
        return account

    def principal(self) -> Principal:
        """Whoever started it, with what he may do now."""
        held = frozenset() if self.user_id is None else platform.identity.grants.of(self.user_id).permissions
        return Principal(user_id=self.user_id, permissions=held)

    def expect(self, total: int) -> None:
        """Say how many rows there are."""
        self.total = total
        self._write()

    def count(self, errors: Sequence[RowError] = (), **more: int) -> None:
        """Count rows that are done: ``rows``, ``created``, ``changed``, ``unchanged``, ``wrong``."""
        for name, number in more.items():
            self.counted[name] += number
        self.errors.extend(error._asdict() for error in errors[: SHOWN_ERRORS - len(self.errors)])
        self._write(errors=self.errors)

    def finish(self, *, problem: Problem | None = None, **more: Any) -> None:
        """End it: done, or failed because of the file as a whole. ``more`` are columns of `Transfer`."""
        state = TransferState.DONE if problem is None else TransferState.FAILED
        with transaction():
            self._write(state=state, finished_at=now(), problem=problem and problem.to_dict(), **more)
            publish(
                TransferFinished(
                    transfer_id=self.id,
                    market_id=self.market_id,
                    user_id=self.user_id,
                    direction=self.direction.value,
                    state=state.value,
                )
            )

    def _write(self, **more: Any) -> None:
        self._said |= {name: more[name] for name in ("state",) if name in more}
        with transaction():
            change = update(Transfer).where(Transfer.id == self.id)
            session().execute(change.values(total=self.total or None, **self.counted, **more))
            self._tell()
        if self.total:
            report_progress(self.counted["rows"], self.total)
        self._advance(self.counted["rows"], self.total)

    def _tell(self) -> None:
        """Tell the clients of whoever started it; after the commit, and only if Redis is there."""
        if self.user_id is None:
            return
        told = {"id": str(self.id), "market_id": str(self.market_id), "direction": self.direction.value}
        state = self._said.get("state", TransferState.RUNNING)
        data = {**told, "state": state.value, "total": self.total or None, **self.counted}
        emit(NAMESPACE, "transfer", data, user=self.user_id)


def silent(done: int, total: int) -> None:
    """Nobody watches."""


def find(market_id: UUID, transfer_id: UUID) -> Transfer:
    """A market's transfer. Raises NotFound."""
    found = session().get(Transfer, transfer_id)
    if found is None or found.market_id != market_id:
        raise NotFound
    return found
