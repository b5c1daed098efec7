"""What this addon refuses, and with which codes."""

from __future__ import annotations

from addon_sdk import Conflict, FieldError, ValidationFailed, lazy


class CategoryInUse(Conflict):
    """Something of another addon, such as a market or product, belongs to the category. Raised by their hooks."""

    code, title = "category.in_use", "This category is in use; move what belongs to it first, or hide the category."


class HasChildren(Conflict):
    """Only a category without children can be deleted."""

    code, title = "category.has_children", "This category has others below it; move or delete them first."


class TooManySlides(Conflict):
    """The category has as many slides of its own as it may have."""

    code, title = "category.too_many_slides", "This category has as many slides as it may have; delete one first."


class TooManyAttributes(Conflict):
    """The category has as many attributes of its own as it may have."""

    code = "category.too_many_attributes"
    title = "This category has as many attributes as it may have; delete one first."


class TooManyOpenRequests(Conflict):
    """The user has as many undecided requests as the setting ``max_open_requests`` allows."""

    code = "category.too_many_open_requests"
    title = "You have too many undecided requests; wait for an answer or withdraw one."


class RequestAlreadyDecided(Conflict):
    """Staff has answered this request before."""

    code, title = "category.request_already_decided", "This request has been decided already."


def field_error(pointer: str, code: str, message: str, **values: object) -> FieldError:
    """One wrong field, with this addon's ``message`` in the client's language, whichever addon asked."""
    return FieldError(pointer, code, str(lazy(message, **values)))


def wrong(field: str, code: str, message: str, **values: object) -> ValidationFailed:
    """The problem with one field of a body."""
    return ValidationFailed(errors=[field_error(f"/{field}", code, message, **values)])
