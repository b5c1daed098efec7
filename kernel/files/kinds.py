"""Kinds of files: what an addon takes, how large, for whom, and in which sizes pictures are wanted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kernel.addons.contributions import contribute
from kernel.addons.discovery import owner_of
from kernel.files.media import MEDIA, PICTURES
from kernel.files.pictures import fitted

if TYPE_CHECKING:
    from kernel.files.models import StoredFile
    from kernel.identity.principal import Principal

MayRead = Callable[["Principal", "StoredFile"], bool]
MIB = 1_048_576


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """One kind of file, such as ``chat.picture``; the value of a ``file_kind`` contribution."""

    name: str
    owner: str
    media: frozenset[str]
    max_bytes: int
    private: bool
    upload: bool
    permission: str | None
    max_pixels: int
    max_edge: int
    thumbnails: Mapping[str, int] = field(default_factory=dict)
    may_read: MayRead | None = None

    def sizes(self, width: int, height: int) -> dict[str, tuple[int, int]]:
        """By name, width and height of each thumbnail of a picture this large, whether it is made already or not."""
        return {name: fitted(width, height, edge) for name, edge in self.thumbnails.items()}


def file_kind(
    name: str,
    *,
    media: Collection[str],
    max_bytes: int = 5 * MIB,
    private: bool = True,
    upload: bool = True,
    permission: str | None = None,
    max_pixels: int = 25_000_000,
    max_edge: int = 2560,
    thumbnails: Mapping[str, int] | None = None,
    may_read: MayRead | None = None,
) -> FileKind:
    """Declare a kind of file; call it at module level.

    name: ``<addon>.<name>``; the addon's name is put before it when it isn't there.
    media: media types that it takes, judged by content. Pictures are always drawn anew, without their metadata.
    max_bytes: of the file; a site that sets ``max_upload_bytes`` lower has that, unless only code stores the kind.
    private: whether readers need a signed link, or leave: the owner's, or that of ``may_read``.
    upload: whether clients may upload it through REST; otherwise only code stores it.
    permission: what a caller needs for uploading it, beside being logged in.
    max_pixels, max_edge: a picture with more pixels is refused; one with a longer edge is made smaller.
    thumbnails: name and longest edge in pixels of each smaller WebP picture that a job makes.
    may_read: ``(principal, file) -> bool``, asked about readers other than the owner.

    Raises ValueError for a media type that the platform doesn't know, and for thumbnails of what is no picture.
    """
    module = sys._getframe(1).f_globals["__name__"]
    owner = owner_of(module)
    kind = FileKind(
        name=name if name.startswith(f"{owner}.") else f"{owner}.{name}",
        owner=owner,
        media=frozenset(media),
        max_bytes=max_bytes,
        private=private,
        upload=upload,
        permission=permission,
        max_pixels=max_pixels,
        max_edge=max_edge,
        thumbnails=dict(thumbnails or {}),
        may_read=may_read,
    )
    _check(kind)
    contribute("file_kind", kind.name, kind, module=module)
    return kind


def _check(kind: FileKind) -> None:
    unknown = kind.media - MEDIA.keys()
    if unknown or not kind.media:
        raise ValueError(
            f"file kind {kind.name}: unknown media types {sorted(unknown)}. Choose from: {', '.join(MEDIA)}."
        )
    if kind.thumbnails and not kind.media <= PICTURES:
        raise ValueError(f"file kind {kind.name}: only pictures have thumbnails; split it into two kinds.")
