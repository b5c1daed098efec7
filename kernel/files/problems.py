"""What can be wrong with an upload or a link."""

from __future__ import annotations

from kernel.errors import NotFound, PayloadTooLarge, Problem


class FileTooLarge(PayloadTooLarge):
    """The file has more bytes than its kind may have; ``max_bytes`` says how many that is."""

    code, title = "file_too_large", "The file is too large."


class FileTypeRefused(Problem):
    """The content is of a type that this kind doesn't take, whatever its name says; ``media`` lists what it takes."""

    status, code, title = 415, "file_type_refused", "Files of this type are not accepted here."


class FileEmpty(Problem):
    """The file has no bytes: it was still being written, or is a folder."""

    status, code, title = 422, "file_empty", "The file is empty."


class FileDamaged(Problem):
    """The content is broken, or holds more than a file of its type should: scripts, macros, other files, a bomb."""

    status, code, title = 422, "file_damaged", "The file is damaged or holds something that is not allowed."


class UnpacksTooLarge(Problem):
    """An office document unpacks to more than ``max_bytes``; a large table comes as CSV instead."""

    status, code, title = 422, "file_unpacks_too_large", "The file unpacks to too much; send a large table as CSV."


class PictureTooLarge(Problem):
    """The picture has more pixels than its kind may have; ``max_pixels`` says how many that is."""

    status, code, title = 422, "picture_too_large", "The picture has too many pixels."


class LinkExpired(NotFound):
    """The link was good once; read the object again to get a new one."""

    status, code, title = 404, "link_expired", "This link has expired; ask for a new one."
