"""`@idempotent`: a POST that comes twice has its effect once, and both get the same answer.

The key is claimed in a transaction of its own, so that others see it; the view's effect and the stored answer are
committed together in the next one. A process that dies in between leaves a claim whose lease runs out.

    first request     claim ──────── effect + answer ── commit
    second, early          409 in progress
    second, later                                          replay
    after a crash     claim ─ ✗ ......lease ends...... claim ── effect + answer
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from flask import Response, request
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from kernel.clock import now
from kernel.db import new_id, session, transaction
from kernel.deadline import set_deadline
from kernel.errors import (
    BadRequest,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    Problem,
    RequestInProgress,
    ServiceUnavailable,
)
from kernel.i18n import translate
from kernel.identity.addresses import client_address
from kernel.identity.principal import current_principal
from kernel.rest.endpoint import F, endpoint_of
from kernel.rest.models import IdempotencyKey
from kernel.rest.problems import problem_response
from kernel.runtime import platform

if TYPE_CHECKING:
    from kernel.rest.serving import View

log = logging.getLogger(__name__)

KEPT = timedelta(hours=24)
"""How long an answer is replayed."""
_GRACE = timedelta(seconds=30)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_STORED_HEADERS = ("Content-Type", "Location", "ETag")
_NOT_STORED = frozenset({401, 403, 412, 428, 429})
"""Refusals that say something about this attempt, not about its outcome: a second one may well succeed."""


class Claim(NamedTuple):
    """The right to do the work of one key."""

    id: UUID
    token: UUID


def idempotent(function: F) -> F:
    """Require ``Idempotency-Key`` on a POST and run the view at most once per key, in one transaction.

    Replays carry ``Idempotent-Replayed: true``. Server errors are not stored, and the key is free again at once.
    """
    endpoint_of(function).idempotent = True
    return function


def once(view: View, run: Callable[[], Response]) -> Response:
    """Answer by ``run``, or by what an earlier request with the same key got.

    Raises `IdempotencyKeyRequired`, `IdempotencyKeyReused`, `RequestInProgress`, and what ``run`` raises.
    """
    claim = _claim(f"{view.owner}.{view.function.__name__}", _key())
    if isinstance(claim, Response):
        return claim
    try:
        return _run(claim, run)
    except Problem as problem:
        if problem.status >= 500 or problem.status in _NOT_STORED or isinstance(problem, RequestInProgress):
            _release(claim)
            raise
        response = problem_response(problem)
        _store_alone(claim, response)
        return response
    except Exception:
        _release(claim)
        raise


def _key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise IdempotencyKeyRequired
    if not _KEY.fullmatch(key):
        raise BadRequest(translate("The Idempotency-Key must be 1 to 255 visible ASCII characters."))
    return key


def _fingerprint() -> str:
    parts = (request.path.encode(), request.query_string, request.get_data())
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _caller() -> str:
    user_id = current_principal().user_id
    return f"user:{user_id}" if user_id else f"address:{client_address()}"


def _claim(route: str, key: str) -> Claim | Response:
    """Claim the key, or give the stored answer. Of two at the same moment one inserts, the other looks again."""
    caller, fingerprint = _caller(), _fingerprint()
    for _ in range(3):
        try:
            return _look_and_claim(caller, route, key, fingerprint)
        except IntegrityError:
            continue
    raise RequestInProgress(headers={"Retry-After": "1"})


@transaction
def _look_and_claim(caller: str, route: str, key: str, fingerprint: str) -> Claim | Response:
    mine = (IdempotencyKey.caller == caller) & (IdempotencyKey.route == route) & (IdempotencyKey.key == key)
    row = session().scalar(select(IdempotencyKey).where(mine).with_for_update())
    if row is None:
        row = IdempotencyKey(id=new_id(), caller=caller, route=route, key=key)
        session().add(row)
    elif row.expires_at > now():
        if row.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        if row.status is not None:
            return _replay(row)
        if row.lease_until > now():
            raise RequestInProgress(headers={"Retry-After": "1"})
    row.claim = new_id()
    row.fingerprint = fingerprint
    row.lease_until = now() + timedelta(seconds=platform.settings.request_timeout_seconds) + _GRACE
    row.expires_at = now() + KEPT
    row.status = row.headers = row.body = None
    session().flush()
    return Claim(row.id, row.claim)


def _replay(row: IdempotencyKey) -> Response:
    return Response(row.body, row.status, {**(row.headers or {}), "Idempotent-Replayed": "true"})


@transaction
def _run(claim: Claim, run: Callable[[], Response]) -> Response:
    response = run()
    if response.status_code >= 500:
        raise ServiceUnavailable
    if not _store(claim, response):
        raise RequestInProgress(headers={"Retry-After": "1"})
    return response


def _store(claim: Claim, response: Response) -> bool:
    """Write the answer in the running transaction; False when the lease ran out and somebody else has the claim."""
    headers = {name: response.headers[name] for name in _STORED_HEADERS if name in response.headers}
    written = session().execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.id == claim.id, IdempotencyKey.claim == claim.token)
        .values(status=response.status_code, headers=headers, body=response.get_data())
        .returning(IdempotencyKey.id)
        .execution_options(synchronize_session=False)
    )
    return written.scalar() is not None


@transaction
def _store_alone(claim: Claim, response: Response) -> None:
    _store(claim, response)


def _release(claim: Claim) -> None:
    """Free the key at once; should even that fail, its lease does."""
    set_deadline(None)  # a request whose time is up may still tidy up
    try:
        _forget(claim)
    except Exception:  # the error that led here is the one to answer with
        log.warning("idempotency_claim_not_released", exc_info=True)


@transaction
def _forget(claim: Claim) -> None:
    session().execute(
        delete(IdempotencyKey)
        .where(IdempotencyKey.id == claim.id, IdempotencyKey.claim == claim.token)
        .execution_options(synchronize_session=False)
    )


@transaction
def purge_idempotency_keys() -> int:
    """Delete the keys whose time is over; how many there were."""
    gone = session().execute(
        delete(IdempotencyKey)
        .where(IdempotencyKey.expires_at <= now())
        .returning(IdempotencyKey.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
