"""The files of the platform: `platform.files`."""

from __future__ import annotations

from collections.abc import Collection
from typing import IO, TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select, update

from kernel.context import in_addon
from kernel.db import new_id, session, transaction
from kernel.errors import AddonDisabled, Conflict, NotFound, Problem, ValidationFailed
from kernel.files.intake import Content, checked
from kernel.files.kinds import FileKind
from kernel.files.links import Links
from kernel.files.media import content_type
from kernel.files.models import FileState, StoredFile
from kernel.files.names import clean_name, storage_key
from kernel.files.storage import Storage, make_storage
from kernel.i18n import translate

if TYPE_CHECKING:
    from kernel.identity.principal import Principal
    from kernel.runtime import Platform


class Files:
    """Stores, lends, and forgets files. Bytes are written outside transactions, rows inside."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.storage: Storage = make_storage(platform.settings)
        self.links = Links(platform.settings)

    def kind(self, name: str) -> FileKind:
        """The declared kind. Raises `NotFound` when there is none, `AddonDisabled` while its addon is off."""
        contribution = self._platform.registry.find("file_kind", name)
        if contribution is None:
            raise NotFound
        if not self._platform.gate.counts(contribution):
            raise AddonDisabled
        kind: FileKind = contribution.value
        return kind

    def uploadable(self) -> list[FileKind]:
        """The kinds that clients may upload at present, by name."""
        usable = (c.value for c in self._platform.registry.contributions("file_kind") if self._platform.gate.counts(c))
        return sorted((kind for kind in usable if kind.upload), key=lambda kind: kind.name)

    def largest(self) -> int:
        """How many bytes the largest upload may have at present, whatever its kind."""
        return max((self.limit(kind) for kind in self.uploadable()), default=0)

    def limit(self, kind: FileKind) -> int:
        """How many bytes a file of this kind may have; the site's limit is for what clients upload."""
        return min(kind.max_bytes, self._platform.settings.max_upload_bytes) if kind.upload else kind.max_bytes

    def store(
        self,
        stream: IO[bytes],
        filename: str | None,
        *,
        kind: str,
        owner_user_id: UUID | None,
        private: bool | None = None,
        claimed: bool = False,
    ) -> StoredFile:
        """Check what ``stream`` holds and store it as a file of ``kind``; its name says nothing about its type.

        ``private`` overrides the kind's rule. A file that nothing claims within a day is swept away; ``claimed``
        counts as one `claim`. Call it outside transactions, and `claim` the file in the one that refers to it.

        Raises `FileEmpty`, `FileTooLarge`, `FileTypeRefused`, `FileDamaged`, `UnpacksTooLarge`, `PictureTooLarge`,
        `StorageAway` (503).
        """
        if self._platform.db.session().depth:
            raise RuntimeError("files.store() writes bytes for a while: call it before the transaction, then claim().")
        declared = self.kind(kind)
        with checked(stream, declared, self.limit(declared)) as content:
            row = self._row(declared, content, filename, owner_user_id, private, claimed)
            self._insert(row)
            self.storage.write(row.key, content.stream, content_type(row.media_type))
        self._finish(row, declared)
        return row

    def get(self, file_id: UUID) -> StoredFile:
        """The stored file. Raises `NotFound`."""
        row = session().get(StoredFile, file_id)
        if row is None or row.state != FileState.STORED:
            raise NotFound
        return row

    def readable(self, file_id: UUID, principal: Principal) -> StoredFile:
        """The stored file, if ``principal`` may read it. Raises `NotFound`, `AddonDisabled` while its addon is off."""
        row = self.lent(file_id)
        if row.private and not self.may_read(principal, row):
            raise NotFound
        return row

    def lent(self, file_id: UUID) -> StoredFile:
        """The stored file for somebody with a valid link. Raises `NotFound`, `AddonDisabled` while its addon is off."""
        row = self.get(file_id)
        self.kind(row.kind)
        return row

    def may_read(self, principal: Principal, file: StoredFile) -> bool:
        """Whether ``principal`` may read a private file: his own, or one that the kind's addon lets him read."""
        if principal.user_id is not None and principal.user_id == file.owner_user_id:
            return True
        kind = self.kind(file.kind)
        if kind.may_read is None:
            return False
        with in_addon(kind.owner):
            return kind.may_read(principal, file)

    @transaction
    def claim(
        self,
        file_id: UUID,
        *,
        kinds: Collection[str],
        user_id: UUID | None = None,
        field: str | None = None,
        once: bool = False,
    ) -> StoredFile:
        """Note, in the caller's transaction, that something refers to the file from now on.

        Raises `NotFound` unless it is of one of ``kinds`` and, where ``user_id`` is given, belongs to that user;
        where the id came in a body, name its ``field`` (``"file_id"``), and the client hears `ValidationFailed`
        with that pointer and the code ``unknown``. ``once`` refuses a file that something refers to already:
        `Conflict`, or the field's code ``in_use``.
        """
        row = _locked(file_id)
        if row is None or row.state != FileState.STORED or row.kind not in kinds or not _is_of(row, user_id):
            raise NotFound if field is None else ValidationFailed.unknown(field)
        if once and row.uses:
            raise _in_use(field)
        row.uses += 1
        return row

    @transaction
    def release(self, file_id: UUID) -> None:
        """Take one `claim` back, in the caller's transaction; with the last one the file goes."""
        row = _present(file_id)
        row.uses = max(0, row.uses - 1)
        if not row.uses:
            row.state = FileState.DELETING

    @transaction
    def delete(self, file_id: UUID) -> None:
        """Delete the file for everybody, whoever refers to it; its bytes go within minutes. Raises `NotFound`."""
        _present(file_id).state = FileState.DELETING

    @transaction
    def delete_unused(self, file_id: UUID) -> None:
        """Delete the file unless something refers to it. Raises `NotFound` or `Conflict`."""
        row = _present(file_id)
        if row.uses:
            raise _in_use()
        row.state = FileState.DELETING

    def count_stored(self, addon: str) -> tuple[int, int]:
        """How many files of the kinds of ``addon`` there are, and their bytes together."""
        sums = select(func.count(), func.coalesce(func.sum(StoredFile.size), 0))
        mine = sums.where(StoredFile.addon == addon, StoredFile.state == FileState.STORED)
        count, size = session().execute(mine).one()
        return int(count), int(size)

    @transaction
    def forget_addon(self, addon: str) -> int:
        """Delete every file of the kinds of ``addon``, when it is uninstalled with its data; how many."""
        alive = StoredFile.state != FileState.DELETING
        gone = update(StoredFile).where(StoredFile.addon == addon, alive).values(state=FileState.DELETING)
        return int(session().execute(gone).rowcount)  # type: ignore[attr-defined]  # a DML result

    def link(self, file: StoredFile, *, size: str | None = None, seconds: int | None = None) -> str:
        """Where clients get the file, or its thumbnail ``size``: for good if it is public, else for some minutes.

        A private link is good for at least ``seconds`` (an hour by default), for everybody who has it.
        """
        return self.links.make(file.id, private=file.private, size=size, seconds=seconds)

    def _row(
        self,
        kind: FileKind,
        content: Content,
        filename: str | None,
        owner_user_id: UUID | None,
        private: bool | None,
        claimed: bool,
    ) -> StoredFile:
        file_id = new_id()
        hidden = kind.private if private is None else private
        return StoredFile(
            id=file_id,
            addon=kind.owner,
            kind=kind.name,
            owner_user_id=owner_user_id,
            private=hidden,
            name=clean_name(filename, content.media_type),
            media_type=content.media_type,
            size=content.size,
            sha256=content.sha256,
            key=storage_key(file_id, kind, content.media_type, private=hidden),
            width=content.width,
            height=content.height,
            uses=int(claimed),
        )

    @transaction
    def _insert(self, row: StoredFile) -> None:
        """The row comes first, so that bytes never lie anywhere without one that the sweep would find."""
        session().add(row)

    @transaction
    def _finish(self, row: StoredFile, kind: FileKind) -> None:
        """The bytes are safe: show the file, and have its thumbnails made."""
        from kernel.files.thumbnails import make_thumbnails

        row.state = FileState.STORED
        session().add(row)
        if kind.thumbnails:
            make_thumbnails.enqueue(file_id=str(row.id))


def _locked(file_id: UUID) -> StoredFile | None:
    """The row as it is once it is locked, whatever the session has read of it before."""
    query = select(StoredFile).where(StoredFile.id == file_id).with_for_update()
    return session().scalar(query.execution_options(populate_existing=True))


def _present(file_id: UUID) -> StoredFile:
    row = _locked(file_id)
    if row is None:
        raise NotFound
    return row


def _is_of(row: StoredFile, user_id: UUID | None) -> bool:
    return user_id is None or row.owner_user_id == user_id


def _in_use(field: str | None = None) -> Problem:
    if field is None:
        return Conflict(translate("The file is in use."))
    return ValidationFailed.of(f"/{field}", "in_use", "The file is in use.")
