"""Documents, colleagues, bank accounts and cards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import (
    AnyOf,
    Blueprint,
    ListArgs,
    ListQuery,
    Page,
    authenticated,
    fields,
    fresh,
    get_readable,
    paginate,
    raises,
    requires,
    scoped,
)
from asoud_users.models import BankAccount, BankCard, Colleague, Document, DocumentStatus
from asoud_users.problems import AccountTaken, CardTaken, ColleagueExists, TooManyDocuments
from asoud_users.schemas import (
    BankAccountSchema,
    BankCardSchema,
    ColleagueSchema,
    DocumentReviewSchema,
    DocumentSchema,
)
from asoud_users.services import banking, colleagues, documents
from asoud_users.views.caller import caller_id

blp = Blueprint("users_possessions", description="What belongs to a user.")


class DocumentQuery(ListQuery):
    """How to list documents; reviewers see those of all users."""

    status = AnyOf(fields.Enum(DocumentStatus), Document.status)
    user_id = AnyOf(fields.UUID(), Document.user_id)

    class Meta:
        """Newest first."""

        model = Document


class ColleagueQuery(ListQuery):
    """How to list colleagues."""

    class Meta:
        """Newest first."""

        model = Colleague


class BankAccountQuery(ListQuery):
    """How to list bank accounts."""

    class Meta:
        """Newest first."""

        model = BankAccount


class BankCardQuery(ListQuery):
    """How to list bank cards."""

    class Meta:
        """Newest first."""

        model = BankCard


@blp.get("/documents")
@authenticated
@blp.arguments(DocumentQuery, location="query")
@blp.page(DocumentSchema)
def list_documents(query: ListArgs) -> Page:
    """List the documents that I may read: my own, or all as a reviewer."""
    return paginate(scoped(select(Document), Document), query)


@blp.post("/documents")
@authenticated
@raises(TooManyDocuments)
@blp.arguments(DocumentSchema)
@blp.response(201, DocumentSchema)
def hand_in_document(data: dict[str, Any]) -> Document:
    """Hand in a document; upload its file first, with the kind `users.document`."""
    return documents.hand_in(caller_id(), data["title"], data["file_id"])


@blp.get("/documents/<uuid:document_id>")
@authenticated
@blp.response(200, DocumentSchema)
def get_document(document_id: UUID) -> Document:
    """Show a document."""
    return get_readable(Document, document_id)


@blp.delete("/documents/<uuid:document_id>")
@authenticated
@blp.response(204)
def delete_document(document_id: UUID) -> None:
    """Delete a document and its file."""
    documents.delete_document(document_id)


@blp.put("/documents/<uuid:document_id>/review")
@requires("users.documents_review")
@blp.arguments(DocumentReviewSchema)
@blp.response(200, DocumentSchema)
def review_document(data: dict[str, Any], document_id: UUID) -> Document:
    """Accept or reject a document."""
    return documents.review(document_id, data["status"], data["note"], by=caller_id())


@blp.get("/colleagues")
@authenticated
@blp.arguments(ColleagueQuery, location="query")
@blp.page(ColleagueSchema)
def list_colleagues(query: ListArgs) -> Page:
    """List my colleagues."""
    return paginate(scoped(select(Colleague), Colleague), query)


@blp.post("/colleagues")
@authenticated
@raises(ColleagueExists)
@blp.arguments(ColleagueSchema)
@blp.response(201, ColleagueSchema)
def add_colleague(data: dict[str, Any]) -> Colleague:
    """Name a colleague."""
    return colleagues.add_colleague(caller_id(), **data)


@blp.patch("/colleagues/<uuid:colleague_id>")
@authenticated
@blp.arguments(ColleagueSchema(only=("name",)))
@blp.response(200, ColleagueSchema)
def rename_colleague(data: dict[str, Any], colleague_id: UUID) -> Colleague:
    """Change how I call a colleague."""
    return colleagues.rename_colleague(colleague_id, data["name"])


@blp.delete("/colleagues/<uuid:colleague_id>")
@authenticated
@blp.response(204)
def delete_colleague(colleague_id: UUID) -> None:
    """Forget a colleague."""
    colleagues.delete_colleague(colleague_id)


@blp.get("/bank-accounts")
@authenticated
@blp.arguments(BankAccountQuery, location="query")
@blp.page(BankAccountSchema)
def list_bank_accounts(query: ListArgs) -> Page:
    """List my bank accounts."""
    return paginate(scoped(select(BankAccount), BankAccount), query)


@blp.post("/bank-accounts")
@authenticated
@fresh(minutes=10)
@raises(AccountTaken)
@blp.arguments(BankAccountSchema)
@blp.response(201, BankAccountSchema)
def add_bank_account(data: dict[str, Any]) -> BankAccount:
    """Register a bank account by its Sheba."""
    return banking.add_account(caller_id(), **data)


@blp.get("/bank-accounts/<uuid:account_id>")
@authenticated
@blp.response(200, BankAccountSchema)
def get_bank_account(account_id: UUID) -> BankAccount:
    """Show a bank account of mine."""
    return get_readable(BankAccount, account_id)


@blp.patch("/bank-accounts/<uuid:account_id>")
@authenticated
@fresh(minutes=10)
@raises(AccountTaken)
@blp.arguments(BankAccountSchema.patch())
@blp.response(200, BankAccountSchema)
def change_bank_account(data: dict[str, Any], account_id: UUID) -> BankAccount:
    """Change a bank account of mine."""
    return banking.change_account(account_id, data)


@blp.delete("/bank-accounts/<uuid:account_id>")
@authenticated
@fresh(minutes=10)
@blp.response(204)
def delete_bank_account(account_id: UUID) -> None:
    """Forget a bank account of mine."""
    banking.delete_account(account_id)


@blp.get("/bank-cards")
@authenticated
@blp.arguments(BankCardQuery, location="query")
@blp.page(BankCardSchema)
def list_bank_cards(query: ListArgs) -> Page:
    """List my bank cards."""
    return paginate(scoped(select(BankCard), BankCard), query)


@blp.post("/bank-cards")
@authenticated
@fresh(minutes=10)
@raises(CardTaken)
@blp.arguments(BankCardSchema)
@blp.response(201, BankCardSchema)
def add_bank_card(data: dict[str, Any]) -> BankCard:
    """Register a bank card; only its first six and last four digits are kept, and a hash."""
    return banking.add_card(caller_id(), data["number"], data["holder"])


@blp.delete("/bank-cards/<uuid:card_id>")
@authenticated
@fresh(minutes=10)
@blp.response(204)
def delete_bank_card(card_id: UUID) -> None:
    """Forget a bank card of mine."""
    banking.delete_card(card_id)
