"""Pictures for the demo's products: one file each for those in front, a few shared ones for all others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from addon_sdk import platform
from addon_sdk.files import StoredFile
from asoud_product.demo import goods
from asoud_product.demo.drawing import draw
from asoud_product.files import PICTURE
from asoud_product.models import Status
from asoud_product.services.pictures import entry

_OWN = 200
"""So many products have a picture of their own."""
_SHARED = 40
"""A million files would fill a disk and tell nothing new. Each product that shows one has a claim on it."""


class Pictures:
    """The files of one load."""

    def __init__(self) -> None:
        """None yet."""
        self._own: dict[int, UUID] = {}
        self._shared: list[UUID] = []
        self._claimed: dict[UUID, StoredFile] = {}

    def prepare(self, samples: Iterable[goods.Sample]) -> None:
        """Draw and store what these products show; before the transaction that adds them."""
        self._own, self._claimed = {}, {}
        for sample in samples:
            if sample.number < _OWN and sample.status is not Status.DRAFT:
                self._own[sample.number] = _stored(sample.number)
            elif sample.number >= _OWN and not self._shared:
                self._shared = [_stored(number) for number in range(_SHARED)]

    def entry_of(self, sample: goods.Sample) -> dict[str, Any] | None:
        """The picture as the product keeps it, claimed in the running transaction; None for a draft."""
        if sample.status is Status.DRAFT:
            return None
        own = self._own.get(sample.number)
        return entry(self._claim(own or self._shared[sample.number % _SHARED]), sample.name)

    def own_of(self, sample: goods.Sample) -> UUID | None:
        """The file that this product shows alone."""
        return self._own.get(sample.number)

    def _claim(self, file_id: UUID) -> StoredFile:
        """One claim for each product; those on the same file count as one statement when the transaction ends."""
        if file_id in self._claimed:
            self._claimed[file_id].uses += 1
        else:
            self._claimed[file_id] = platform.files.claim(file_id, kinds={PICTURE.name})
        return self._claimed[file_id]


def _stored(number: int) -> UUID:
    return platform.files.store(draw(number), f"demo-{number}.jpg", kind=PICTURE.name, owner_user_id=None).id
