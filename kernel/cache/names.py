"""Names: every key and tag belongs to an addon."""

from __future__ import annotations

from kernel.cache.local import ALL


def tag_name(tag: str, owner: str) -> str:
    """The full name of a tag: ``cities`` of addon region is ``region.cities``; ``region.cities`` stays as it is.

    An id after a colon plays no part: ``market:1.5`` is ``<owner>.market:1.5``. Raises ValueError on a line break.
    """
    if "\n" in tag or not tag:
        raise ValueError(f"cache tag {tag!r}: must be one line of text.")
    if tag == ALL or "." in tag.partition(":")[0]:
        return tag
    return f"{owner}.{tag}"
