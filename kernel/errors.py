"""Problems: every error that a client may see, as RFC 9457 problem details.

A problem is a class with a stable ``code``. Kernel codes are bare (``not_found``), an addon's are ``<addon>.<name>``.
Views list what they raise with ``@raises``; OpenAPI, the docs and the sockets' error acknowledgements come from that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

_MEMBERS = frozenset({"type", "title", "status", "code", "detail", "errors"})


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: where (JSON pointer), which rule (stable code), and a message for people."""

    pointer: str
    code: str
    message: str

    def to_dict(self) -> dict[str, str]:
        """The shape that clients get."""
        return {"pointer": self.pointer, "code": self.code, "message": self.message}


class Problem(Exception):
    """Base of every error with an answer for the client. Raise a subclass; never this class itself.

    ``title`` is the English message and the key of its translation; ``detail`` says more about this very case.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "The server failed to answer this request."

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        if taken := _MEMBERS & extra.keys():
            names = ", ".join(sorted(taken))
            raise TypeError(f"{type(self).__name__}: {names} is what every problem says; give the extra another name.")
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = extra

    def to_dict(self) -> dict[str, Any]:
        """The problem as a JSON object (RFC 9457, with our ``code`` and ``errors``), in the client's language."""
        from kernel.addons.discovery import owner_of
        from kernel.i18n import translate_for

        body: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": translate_for(owner_of(type(self).__module__), self.title),
            "status": self.status,
            "code": self.code,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [error.to_dict() for error in self.errors]
        return {**body, **self.extra}

    @classmethod
    def reason(cls) -> str:
        """The HTTP reason phrase of the status."""
        return HTTPStatus(cls.status).phrase


class BadRequest(Problem):
    """The request cannot be read: malformed JSON, a missing header, an unknown query parameter."""

    status, code, title = 400, "bad_request", "The request cannot be understood."


class IdempotencyKeyRequired(Problem):
    """A POST that makes orders or moves money came without ``Idempotency-Key``."""

    status, code, title = 400, "idempotency_key_required", "Send an Idempotency-Key header with this request."


class NotAuthenticated(Problem):
    """No access token, or something else in its place."""

    status, code, title = 401, "not_authenticated", "Log in and send a valid access token."


class TokenExpired(NotAuthenticated):
    """The access token was good and has ended: refresh, and try again with the new one."""

    code, title = "token_expired", "This access token has expired; refresh it."


class SessionEnded(NotAuthenticated):
    """The login that the token belongs to has ended, here or on another device: log in again."""

    code, title = "session_ended", "This session has ended; log in again."


class RefreshTokenRefused(NotAuthenticated):
    """What was sent for refreshing is no refresh token of this site: log in again."""

    code, title = "refresh_token_refused", "This is not a valid refresh token; log in again."


class ReauthenticationRequired(Problem):
    """A sensitive change needs a proof of identity that is some minutes old at most."""

    status, code, title = 403, "reauthentication_required", "Confirm who you are before this change."


class PermissionDenied(Problem):
    """The caller may read this object but may not do this."""

    status, code, title = 403, "permission_denied", "You are not allowed to do this."


class NotFound(Problem):
    """No such thing, or none that the caller may read."""

    status, code, title = 404, "not_found", "There is no such thing here."


class AddonDisabled(Problem):
    """The addon that would answer is installed but switched off."""

    status, code, title = 404, "addon_disabled", "This feature is switched off at the moment."


class MethodNotAllowed(Problem):
    """The path exists, this method on it does not."""

    status, code, title = 405, "method_not_allowed", "This path does not take this method."


class Conflict(Problem):
    """The request contradicts the present state of the object."""

    status, code, title = 409, "conflict", "The request conflicts with the present state."


class RequestInProgress(Problem):
    """The first request with this ``Idempotency-Key`` is still running."""

    status, code, title = 409, "request_in_progress", "The first request with this key is still running."


class PreconditionFailed(Problem):
    """``If-Match`` names a version that is no longer the current one."""

    status, code, title = 412, "precondition_failed", "The object has changed; read it again."


class PayloadTooLarge(Problem):
    """The body is larger than the limit."""

    status, code, title = 413, "payload_too_large", "The request body is too large."


class UnsupportedMediaType(Problem):
    """The body has a content type that this endpoint does not take."""

    status, code, title = 415, "unsupported_media_type", "This content type is not accepted here."


class RangeNotSatisfiable(Problem):
    """The ``Range`` header asks for bytes beyond the end; ``Content-Range`` says how many there are."""

    status, code, title = 416, "range_not_satisfiable", "There are no such bytes in this file."


class ValidationFailed(Problem):
    """One or more fields are wrong; ``errors`` names each with its rule."""

    status, code, title = 422, "validation_failed", "Some fields are not valid."

    @classmethod
    def of(cls, pointer: str, code: str, message: str, **values: object) -> ValidationFailed:
        """The problem with one field: its JSON pointer, the rule's stable code, and the message.

        The message is translated here, and ``values`` stand for its placeholders.
        """
        from kernel.i18n import translate

        return cls(errors=[FieldError(pointer, code, translate(message, **values))])

    @classmethod
    def unknown(cls, field: str) -> ValidationFailed:
        """The problem with an id in a body that names nothing the caller may use; ``field`` as in ``room_id``.

        A path that leads nowhere is `NotFound`; a field that names nothing is wrong input, and says which it is.
        """
        return cls.of(f"/{field}", "unknown", "There is no such thing here.")


class IdempotencyKeyReused(Problem):
    """The ``Idempotency-Key`` was used before with another body."""

    status, code, title = 422, "idempotency_key_reused", "This key was used before with another request."


class PreconditionRequired(Problem):
    """A contended resource is updated without ``If-Match``."""

    status, code, title = 428, "precondition_required", "Send If-Match with the ETag that you have read."


class TooManyRequests(Problem):
    """A limit is used up; ``Retry-After`` says when to come back, in seconds."""

    status, code, title = 429, "too_many_requests", "Too many requests; wait and try again."


class ServiceUnavailable(Problem):
    """Something that this request needs (database, Redis, an outside service) is away; ``Retry-After`` is sent."""

    status, code, title = 503, "service_unavailable", "Temporarily unavailable; try again shortly."

    def __init__(self, detail: str | None = None, *, retry_after: int = 2, **kwargs: Any) -> None:
        headers = {"Retry-After": str(retry_after), **dict(kwargs.pop("headers", None) or {})}
        super().__init__(detail, headers=headers, **kwargs)


class RequestTimeout(ServiceUnavailable):
    """The request has used up its time, the setting ``request_timeout_seconds``; what it had begun was undone."""

    code, title = "request_timeout", "The request took too long; try again, or ask for less."


class OperatorError(Exception):
    """A refusal for the operator at the command line: names the subject, the rule and the mend; exit code 1."""
