"""What this addon refuses, and with which codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from addon_sdk import Conflict, FieldError, Problem, ValidationFailed, translate


class MoveNotAllowed(Conflict):
    """The product's life has no such move for this caller; ``allowed`` names those that there are."""

    code, title = "product.move_not_allowed", "The product cannot go from its present state to that one."


class NotEditable(Conflict):
    """A product that the site's staff has deactivated cannot be changed."""

    code, title = "product.not_editable", "In its present state the product cannot be changed."


class Incomplete(Problem):
    """Something is missing that a published product has; ``errors`` names each field."""

    status, code, title = 422, "product.incomplete", "Something is missing before the product can be published."


class TooManyPictures(Conflict):
    """The product has as many pictures as the setting ``max_pictures`` allows."""

    code, title = "product.too_many_pictures", "The product has too many pictures; delete one first."


class TooManyVariants(Conflict):
    """The product has as many variants as the setting ``max_variants`` allows."""

    code, title = "product.too_many_variants", "The product has too many variants; delete one first."


class TooManyShelves(Conflict):
    """The market has as many shelves as the setting ``max_shelves`` allows."""

    code, title = "product.too_many_shelves", "The market has too many shelves; delete one first."


class LastVariant(Conflict):
    """A product has at least one variant."""

    code, title = "product.last_variant", "A product keeps at least one variant; delete the product instead."


class InUse(Conflict):
    """Another addon still needs the product or variant; ``detail`` says for what."""

    code, title = "product.in_use", "Something still needs this, so it can't be deleted."


class NeededByOthers(Conflict):
    """Another product needs this one, or gives it as a gift; ``product_ids`` names them."""

    code, title = "product.needed_by_others", "Other products need this one or give it as a gift; change them first."


def demand_all(pointer: str, ids: Sequence[object], there: Collection[object]) -> None:
    """Raises ValidationFailed unless ``ids`` are all that is there, each once."""
    if len(ids) != len(there) or set(ids) != set(there):
        raise ValidationFailed.of(pointer, "not_all", "Name all of them, each once, and no others.")


def field_error(pointer: str, code: str, message: str, **values: Any) -> FieldError:
    """One thing that is wrong with a body, said in the caller's language."""
    return FieldError(pointer, code, translate(message, **values))
