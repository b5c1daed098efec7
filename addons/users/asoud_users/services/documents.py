"""Documents: handed in by users, reviewed by staff."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from addon_sdk import Principal, get_readable, now, own, platform, publish, readable, session, transaction
from addon_sdk.preferences import setting
from asoud_users.events import DocumentReviewed
from asoud_users.files import DOCUMENT
from asoud_users.models import Document, DocumentStatus
from asoud_users.problems import TooManyDocuments


@readable(Document)
def readable_documents(principal: Principal) -> ColumnElement[bool]:
    """Everybody reads his own; reviewers read all."""
    return own(Document.user_id, principal, unless="users.documents_review")


@transaction
def hand_in(user_id: UUID, title: str, file_id: UUID) -> Document:
    """Keep an upload of the user's as a document. Raises `TooManyDocuments`.

    Raises ValidationFailed for an upload that is another's, or that was handed in already.
    """
    kept = session().scalar(select(func.count()).select_from(Document).where(Document.user_id == user_id)) or 0
    if kept >= setting("max_documents"):
        raise TooManyDocuments
    platform.files.claim(file_id, kinds={DOCUMENT.name}, user_id=user_id, field="file_id", once=True)
    document = Document(user_id=user_id, title=title, file_id=file_id)
    session().add(document)
    session().flush()
    return document


@transaction
def delete_document(document_id: UUID) -> None:
    """Delete a document, and its file with it. Raises NotFound when the caller may not read it."""
    document = get_readable(Document, document_id, lock=True)
    platform.files.release(document.file_id)
    session().delete(document)


@transaction
def review(document_id: UUID, status: DocumentStatus, note: str, *, by: UUID | None) -> Document:
    """Say whether a document is accepted. Raises NotFound when the caller may not read it."""
    document = get_readable(Document, document_id, lock=True)
    document.status, document.review_note = status, note
    document.reviewed_by, document.reviewed_at = by, now()
    publish(DocumentReviewed(user_id=document.user_id, document_id=document.id, status=status.value))
    return document
