"""`@cached`: answers kept as bytes, sent before any input is parsed, after gate, access and limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import request

from kernel.i18n import choose_language
from kernel.identity.principal import current_principal
from kernel.rest.answers import PRIVATE, json_reply, unchanged
from kernel.rest.endpoint import CacheRule, F, endpoint_of
from kernel.rest.etags import etag_of_bytes, not_modified
from kernel.rest.replies import Reply

if TYPE_CHECKING:
    from kernel.rest.serving import View
    from kernel.runtime import Platform

_SEPARATOR = b"\n"


def cached(
    *, seconds: int, tags: Sequence[str] | Callable[..., Sequence[str]] = (), shared: bool | None = None
) -> Callable[[F], F]:
    """Keep a GET's answers for ``seconds``, or until `platform.cache.drop_tags` drops one of ``tags``.

    ``tags`` may be a function of the path arguments. Answers are kept per language and query, and per caller unless
    the view is public or ``shared`` says that all who may call get the same. A public view whose answers differ by
    caller needs ``shared=False``. Clients keep an answer and ask with its ETag whether it is still good.
    """

    def mark(function: F) -> F:
        endpoint_of(function).cache = CacheRule(seconds, tags, shared)
        return function

    return mark


def cached_reply(
    view: View, rule: CacheRule, platform: Platform, path: Mapping[str, Any], compute: Callable[[], bytes]
) -> Reply:
    """The kept answer, or the computed one, with its ETag; 304 when the client has it."""
    environ = request.environ
    language = choose_language(environ.get("HTTP_ACCEPT_LANGUAGE"), platform.settings.default_language)
    shared = view.access.anonymous if rule.shared is None else rule.shared
    caller = "" if shared else str(current_principal().user_id)
    query = "&".join(sorted(environ.get("QUERY_STRING", "").split("&")))
    key = f"rest:{language}:{caller}:{environ['PATH_INFO']}?{query}"
    generation = platform.gate.generation

    def pack() -> bytes:
        body = compute()
        return etag_of_bytes(body, generation).encode() + _SEPARATOR + body

    tags = rule.tags(**path) if callable(rule.tags) else rule.tags
    kept: bytes = platform.cache.get_or_compute(key, pack, seconds=rule.seconds, tags=tags)
    etag, _, body = kept.partition(_SEPARATOR)
    headers = {
        "ETag": etag.decode(),
        "Cache-Control": "public, no-cache" if shared else PRIVATE,
        "Vary": "Accept-Language" if shared else "Accept-Language, Authorization",
    }
    if not_modified(environ, headers["ETag"]):
        return unchanged(headers["ETag"], headers)
    return json_reply(body, 200, headers)
