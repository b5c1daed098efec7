"""Bank accounts and cards. A card number is never stored."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class BankAccount(Model):
    """An account into which money can be paid."""

    __tablename__ = "users_bank_account"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"), index=True)
    sheba: Mapped[str] = mapped_column(String(26), unique=True)
    bank: Mapped[str] = mapped_column(String(30))
    """Code name of the bank that the Sheba names, empty when it is of an unknown one."""
    holder: Mapped[str] = mapped_column(String(120))
    account_number: Mapped[str | None] = mapped_column(String(32), unique=True)
    branch_code: Mapped[str] = mapped_column(String(10), default="")
    branch_name: Mapped[str] = mapped_column(String(60), default="")
    description: Mapped[str] = mapped_column(String(250), default="")


class BankCard(Model):
    """A card, known by its first six and last four digits and a keyed hash of the whole number."""

    __tablename__ = "users_bank_card"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"), index=True)
    number_hash: Mapped[str] = mapped_column(String(64), unique=True)
    bin: Mapped[str] = mapped_column(String(6))
    last_four: Mapped[str] = mapped_column(String(4))
    bank: Mapped[str] = mapped_column(String(30))
    holder: Mapped[str] = mapped_column(String(120), default="")
