"""Documents."""

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
    get_readable,
    paginate,
    raises,
    requires,
    scoped,
)
from asoud_users.models import Document, DocumentStatus
from asoud_users.problems import TooManyDocuments
from asoud_users.schemas import DocumentReviewSchema, DocumentSchema
from asoud_users.services import documents
from asoud_users.views.caller import caller_id

blp = Blueprint("users_documents", description="Documents that users hand in and staff reviews.")


class DocumentQuery(ListQuery):
    """How to list documents; reviewers see those of all users."""

    status = AnyOf(fields.Enum(DocumentStatus), Document.status)
    user_id = AnyOf(fields.UUID(), Document.user_id)

    class Meta:
        """Newest first."""

        model = Document


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
