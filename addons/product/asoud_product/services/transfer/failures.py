"""What can be wrong with a file as a whole: then nothing of it goes in."""

from __future__ import annotations

from addon_sdk import Problem


class WrongEncoding(Problem):
    """The text isn't UTF-8; ``row`` says where it was seen, when that is known."""

    status, code = 422, "product.wrong_encoding"
    title = "The file is not UTF-8 text. Save it as “CSV UTF-8”, or as XLSX."


class NotASheet(Problem):
    """The file can't be read as a table: broken, an unclosed quote, no rows at all. ``row`` says where."""

    status, code = 422, "product.not_a_sheet"
    title = "The file cannot be read as a table. Save it anew as CSV or XLSX, with a header in its first row."


class UnpacksTooLarge(Problem):
    """An XLSX that unpacks to far more than it should; ``max_bytes`` is how much is taken."""

    status, code = 422, "product.unpacks_too_large"
    title = "The XLSX file unpacks to more than is taken. Send so many rows as CSV."


class WrongHeader(Problem):
    """The header lacks columns or has unknown ones; ``errors`` names each."""

    status, code = 422, "product.wrong_header"
    title = "The first row does not name the columns as it should."


class TooManyRows(Problem):
    """The file has more rows than ``max_rows``."""

    status, code = 422, "product.too_many_rows"
    title = "The file has too many rows. Split it."


class ExportTooLarge(Problem):
    """The export has more bytes than a stored file may have here; ``max_bytes`` says how many."""

    status, code = 422, "product.export_too_large"
    title = "So many products do not fit into one file here. Narrow the filters."


class Lost(Problem):
    """The job has died; what went in before stays, and importing the file once more adds nothing twice."""

    status, code = 503, "product.transfer_lost"
    title = "The work was cut off. Start it again; nothing comes twice."
