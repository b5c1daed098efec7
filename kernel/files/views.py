"""Files over REST: upload, look, download, delete what is not in use."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from werkzeug.datastructures import FileStorage

from kernel.errors import Conflict, FieldError, NotFound, PermissionDenied, RangeNotSatisfiable, ValidationFailed
from kernel.files.links import DEFAULT_SECONDS
from kernel.files.problems import (
    FileDamaged,
    FileEmpty,
    FileTooLarge,
    FileTypeRefused,
    LinkExpired,
    PictureTooLarge,
    UnpacksTooLarge,
)
from kernel.files.schemas import ContentQuery, File, Upload, described
from kernel.files.serving import send
from kernel.files.storage import StorageAway
from kernel.i18n import translate
from kernel.identity.access import authenticated, public
from kernel.identity.principal import current_principal
from kernel.identity.throttles import throttle_rule, throttled
from kernel.rest import Blueprint, raises, upload
from kernel.rest.endpoint import FORM_BYTES
from kernel.runtime import platform

blp = Blueprint("files", description="Uploads and downloads.")

throttle_rule("upload", 60, 600)


@blp.post("/files")
@authenticated
@throttled("upload")
@upload(lambda: platform.files.largest() + FORM_BYTES)
@blp.arguments(Upload, location="form")
@blp.response(201, File)
@raises(
    PermissionDenied,
    FileEmpty,
    FileTooLarge,
    FileTypeRefused,
    FileDamaged,
    UnpacksTooLarge,
    PictureTooLarge,
    StorageAway,
)
def upload_file(form: dict[str, Any]) -> dict[str, Any]:
    """Upload one file as `multipart/form-data`. What it is is judged by its content, never by its name."""
    sent = form["file"]
    if not isinstance(sent, FileStorage):
        raise _invalid("file", "invalid", translate("Send this field as a file."))
    return described(
        platform.files.store(sent.stream, sent.filename, kind=_kind(form["kind"]), owner_user_id=_caller())
    )


@blp.get("/files/<uuid:file_id>")
@public
@blp.response(200, File)
def get_file(file_id: UUID) -> dict[str, Any]:
    """A file with fresh links to its bytes."""
    return described(platform.files.readable(file_id, current_principal()))


@blp.get("/files/<uuid:file_id>/content")
@public
@blp.arguments(ContentQuery, location="query")
@blp.response(200, media_type="*/*")
@raises(LinkExpired, RangeNotSatisfiable, StorageAway)
def get_file_content(query: dict[str, Any], file_id: UUID) -> Response:
    """The bytes: of a public file, by a signed link, or to whoever may read it. Understands `Range`."""
    size, link = query.get("size"), query.get("link")
    if link is None:
        return send(platform.files.readable(file_id, current_principal()), size, DEFAULT_SECONDS // 2)
    seconds = platform.files.links.check(link, file_id, size)
    return send(platform.files.lent(file_id), size, seconds)


@blp.delete("/files/<uuid:file_id>")
@authenticated
@raises(Conflict)
@blp.response(204)
def delete_file(file_id: UUID) -> None:
    """Delete an upload of one's own that nothing refers to. What is in use is deleted there."""
    file = platform.files.get(file_id)
    if file.owner_user_id != _caller():
        raise NotFound
    platform.files.delete_unused(file_id)


def _caller() -> UUID | None:
    return current_principal().user_id


def _kind(name: str) -> str:
    """The name of a kind that the caller may upload. Raises `ValidationFailed` or `PermissionDenied`."""
    try:
        kind = platform.files.kind(name)
    except NotFound:
        raise _unknown_kind() from None
    if not kind.upload:
        raise _unknown_kind()
    if kind.permission is not None and not current_principal().can(kind.permission):
        raise PermissionDenied(permission=kind.permission)
    return name


def _unknown_kind() -> ValidationFailed:
    names = ", ".join(kind.name for kind in platform.files.uploadable())
    text = translate("There is no such kind of file; choose from: {names}.", names=names)
    return _invalid("kind", "unknown_kind", text)


def _invalid(field: str, code: str, message: str) -> ValidationFailed:
    return ValidationFailed(errors=[FieldError(f"/{field}", code, message)])
