"""Sessions: rotation, reuse, grace, revocation here and in other processes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from flask_jwt_extended import decode_token

from kernel.clock import FrozenClock
from kernel.db import new_id, session
from kernel.errors import NotAuthenticated, NotFound, Problem, RefreshTokenRefused, SessionEnded, TokenExpired
from kernel.identity import sessions
from kernel.identity.models import LoginSession
from kernel.identity.principal import (
    ANONYMOUS,
    acting_as,
    current_principal,
    principal_of_token,
    principal_or_anonymous,
)
from kernel.identity.tokens import TokenPair
from kernel.runtime import Platform


def login(user_id: UUID, **about: str) -> TokenPair:
    return sessions.open_session(user_id, **about)


def row_of(pair: TokenPair) -> LoginSession:
    return session().get_one(LoginSession, pair.session_id, populate_existing=True)


def test_a_login_gives_tokens_that_name_the_user(platform: Platform, clock: FrozenClock, user_id: UUID) -> None:
    pair = login(user_id, device="phone", address="192.0.2.1", user_agent="x" * 300)
    principal = principal_of_token(pair.access_token)
    assert (principal.user_id, principal.session_id) == (user_id, pair.session_id)
    assert principal.is_authenticated
    assert principal.authenticated_at == clock.now().replace(microsecond=0)
    assert (pair.expires_in, pair.token_type) == (900, "Bearer")
    row = row_of(pair)
    assert (row.device, row.address, len(row.user_agent)) == ("phone", "192.0.2.1", 255)


def test_the_second_look_at_a_token_reads_nothing(platform: Platform, user_id: UUID) -> None:
    token = login(user_id).access_token
    assert principal_of_token(token) is principal_of_token(token)


def test_an_access_token_ends(platform: Platform, clock: FrozenClock, user_id: UUID) -> None:
    known, unknown = login(user_id).access_token, login(user_id).access_token
    principal_of_token(known)
    clock.tick(901)
    for token in (known, known, unknown):
        with pytest.raises(TokenExpired):
            principal_of_token(token)


def test_a_refresh_token_ends_with_its_session(platform: Platform, clock: FrozenClock, user_id: UUID) -> None:
    pair = login(user_id)
    clock.tick(pair.refresh_expires_in + 1)
    with pytest.raises(SessionEnded):
        sessions.refresh(pair.refresh_token)
    for nonsense in ("", "x", "a.b.c"):
        with pytest.raises(RefreshTokenRefused):
            sessions.refresh(nonsense)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
def test_nonsense_is_not_a_token(embedded: Platform, token: str) -> None:
    with pytest.raises(NotAuthenticated):
        principal_of_token(token)


def test_tokens_do_not_stand_in_for_each_other(embedded: Platform, user_id: UUID) -> None:
    pair = login(user_id)
    with pytest.raises(NotAuthenticated, match="not an access token"):
        principal_of_token(pair.refresh_token)
    with pytest.raises(NotAuthenticated, match="not a refresh token"):
        sessions.refresh(pair.access_token)


def test_tokens_of_another_secret_fail(embedded: Platform, make_app: Callable[..., Flask], user_id: UUID) -> None:
    token = login(user_id).access_token
    with make_app(secret_key="another-secret-of-forty-characters-or-so").app_context(), pytest.raises(NotAuthenticated):
        principal_of_token(token)


@pytest.mark.parametrize("claims", [{"sid": "no"}, {"sid": None}, {"aat": "x"}, {"exp": "soon"}])
def test_signed_tokens_with_odd_claims_fail(embedded: Platform, user_id: UUID, claims: dict[str, object]) -> None:
    from flask_jwt_extended import create_access_token, create_refresh_token

    good = {"sid": str(new_id()), "aat": 1, "gen": 0, "exp": 4_000_000_000}
    with pytest.raises(NotAuthenticated):
        principal_of_token(create_access_token(str(user_id), expires_delta=False, additional_claims={**good, **claims}))
    with pytest.raises(NotAuthenticated):
        sessions.refresh(create_refresh_token(str(user_id), expires_delta=False, additional_claims={**good, **claims}))


def test_a_refresh_rotates(platform: Platform, clock: FrozenClock, user_id: UUID) -> None:
    first = login(user_id, address="192.0.2.1")
    clock.tick(600)
    second = sessions.refresh(first.refresh_token, address="192.0.2.2", user_agent="agent")
    assert second.refresh_token != first.refresh_token
    assert principal_of_token(second.access_token).user_id == user_id
    row = row_of(first)
    assert (row.generation, row.address, row.last_seen_at) == (1, "192.0.2.2", clock.now())
    assert row.authenticated_at < clock.now()
    clock.tick(600)
    assert sessions.refresh(second.refresh_token).session_id == first.session_id


def test_an_old_token_kills_the_family(platform: Platform, clock: FrozenClock, user_id: UUID) -> None:
    stolen = login(user_id)
    fresh = sessions.refresh(stolen.refresh_token)
    clock.tick(31)
    with pytest.raises(NotAuthenticated):
        sessions.refresh(stolen.refresh_token)
    with pytest.raises(NotAuthenticated):
        sessions.refresh(fresh.refresh_token)
    with pytest.raises(NotAuthenticated, match="ended"):
        principal_of_token(fresh.access_token)
    assert row_of(stolen).revoked_because == "token_reused"


def test_parallel_tabs_get_an_equal_pair(platform: Platform, clock: FrozenClock, user_id: UUID) -> None:
    old = login(user_id)
    tab, other = sessions.refresh(old.refresh_token), sessions.refresh(old.refresh_token)
    numbers = {decode_token(pair.refresh_token)["gen"] for pair in (tab, other)}
    assert numbers == {1}
    clock.tick(60)
    assert sessions.refresh(other.refresh_token).session_id == old.session_id


def test_the_last_but_one_has_no_grace(platform: Platform, clock: FrozenClock, user_id: UUID) -> None:
    old = login(user_id)
    sessions.refresh(sessions.refresh(old.refresh_token).refresh_token)
    with pytest.raises(NotAuthenticated):
        sessions.refresh(old.refresh_token)
    assert row_of(old).revoked_at is not None


def test_one_of_many_rotates(platform: Platform, user_id: UUID) -> None:
    pair = login(user_id)

    def attempt(_: int) -> int:
        with platform.app.app_context():
            return int(decode_token(sessions.refresh(pair.refresh_token).refresh_token)["gen"])

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(attempt, range(8))) == {1}
    assert row_of(pair).generation == 1


def test_a_token_from_the_future_ends_nothing(embedded: Platform, user_id: UUID) -> None:
    from flask_jwt_extended import create_refresh_token

    pair = login(user_id)
    claims = {"sid": str(pair.session_id), "gen": 7, "exp": 4_000_000_000}
    with pytest.raises(NotAuthenticated):
        sessions.refresh(create_refresh_token(str(user_id), expires_delta=False, additional_claims=claims))
    assert row_of(pair).revoked_at is None


def test_an_unknown_or_ended_session_cannot_refresh(embedded: Platform, clock: FrozenClock, user_id: UUID) -> None:
    gone, ended = login(user_id), login(user_id)
    with embedded.db.engine.begin() as connection:
        connection.execute(LoginSession.__table__.delete().where(LoginSession.id == gone.session_id))
        connection.execute(
            LoginSession.__table__.update().where(LoginSession.id == ended.session_id).values(expires_at=clock.now())
        )
    for pair in (gone, ended):
        with pytest.raises(NotAuthenticated):
            sessions.refresh(pair.refresh_token)
        with pytest.raises(NotAuthenticated):
            sessions.confirm(pair.session_id)


def test_sessions_are_listed_and_revoked_by_their_user(platform: Platform, clock: FrozenClock, user_id: UUID) -> None:
    phone = login(user_id, device="phone")
    clock.tick(1)
    tablet = login(user_id, device="tablet")
    assert [row.device for row in sessions.list_sessions(user_id)] == ["tablet", "phone"]
    with pytest.raises(NotFound):
        sessions.revoke(phone.session_id, user_id=new_id())
    sessions.revoke(phone.session_id, user_id=user_id)
    with pytest.raises(NotFound):
        sessions.revoke(phone.session_id, user_id=user_id)
    assert [row.device for row in sessions.list_sessions(user_id)] == ["tablet"]
    assert sessions.is_revoked(phone.session_id)
    assert not sessions.is_revoked(tablet.session_id)
    with pytest.raises(SessionEnded):
        principal_of_token(phone.access_token)


def test_all_others_are_revoked(platform: Platform, user_id: UUID) -> None:
    here, *others = [login(user_id) for _ in range(3)]
    stranger = login(new_id())
    assert sessions.revoke_all(user_id, but=here.session_id) == 2
    assert [row.id for row in sessions.list_sessions(user_id)] == [here.session_id]
    assert all(sessions.is_revoked(pair.session_id) for pair in others)
    assert not sessions.is_revoked(stranger.session_id)
    assert sessions.revoke_all(user_id, because="erased") == 1
    assert sessions.revoke_all(user_id) == 0


def test_every_process_hears_of_a_revocation_once(
    platform: Platform, make_app: Callable[..., Flask], database_url: str, redis_url: str, user_id: UUID
) -> None:
    other: Platform = make_app(database_url=database_url, redis_url=redis_url).extensions["asoud"]
    heard: list[UUID] = []
    other.identity.signals.on_revoked(heard.append)
    pair = login(user_id)
    with other.app.app_context():
        assert principal_of_token(pair.access_token).user_id == user_id
    sessions.revoke(pair.session_id, user_id=user_id)
    with other.app.app_context():
        for _ in range(2):
            other.identity.signals.poll()
        assert heard == [pair.session_id]
        with pytest.raises(NotAuthenticated):
            principal_of_token(pair.access_token)


def test_a_new_process_knows_what_was_revoked_before(
    platform: Platform, make_app: Callable[..., Flask], database_url: str, redis_url: str, user_id: UUID
) -> None:
    pair = login(user_id)
    sessions.revoke(pair.session_id, user_id=user_id)
    with make_app(database_url=database_url, redis_url=redis_url).app_context(), pytest.raises(NotAuthenticated):
        principal_of_token(pair.access_token)


def test_a_deaf_listener_does_not_keep_the_news_from_others(embedded: Platform, user_id: UUID) -> None:
    heard: list[UUID] = []

    def broken(_: UUID) -> None:
        raise RuntimeError("broken")

    embedded.identity.signals.on_revoked(broken)
    embedded.identity.signals.on_revoked(heard.append)
    pair = login(user_id)
    sessions.revoke(pair.session_id, user_id=user_id)
    assert heard == [pair.session_id]


def test_revocations_are_forgotten_when_no_token_lives(embedded: Platform, clock: FrozenClock, user_id: UUID) -> None:
    pair = login(user_id)
    sessions.revoke(pair.session_id, user_id=user_id)
    clock.tick(901 + 60)
    embedded.identity.signals.poll()
    assert not sessions.is_revoked(pair.session_id)
    clock.tick(3600)
    assert embedded.identity.signals.purge() == 1


def test_confirming_makes_the_session_fresh(platform: Platform, clock: FrozenClock, user_id: UUID) -> None:
    old = login(user_id)
    clock.tick(700)
    new = sessions.confirm(old.session_id)
    moment = clock.now().replace(microsecond=0)
    assert principal_of_token(new.access_token).authenticated_at == moment
    clock.tick(60)
    assert principal_of_token(sessions.refresh(old.refresh_token).access_token).authenticated_at == moment


def test_ended_sessions_are_purged_after_a_while(embedded: Platform, clock: FrozenClock, user_id: UUID) -> None:
    login(user_id)
    clock.tick(30 * 86400 + 89 * 86400)
    assert sessions.purge() == 0
    clock.tick(2 * 86400)
    assert sessions.purge() == 1


def test_the_principal_is_read_from_the_request_once(embedded: Platform, user_id: UUID) -> None:
    token = login(user_id).access_token
    assert current_principal() is ANONYMOUS
    with embedded.app.test_request_context(headers={"Authorization": f"Bearer {token}"}):
        assert current_principal().user_id == user_id
        assert current_principal() is current_principal()
        with acting_as(ANONYMOUS):
            assert current_principal() is ANONYMOUS
    with embedded.app.test_request_context():
        assert current_principal() is ANONYMOUS


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer nonsense", "x"])
def test_a_bad_header_is_a_problem_where_the_caller_matters(embedded: Platform, header: str) -> None:
    with embedded.app.test_request_context(headers={"Authorization": header}):
        with pytest.raises(Problem) as caught:
            current_principal()
        assert caught.value.status == 401
        assert principal_or_anonymous() is ANONYMOUS


def test_an_erased_user_leaves_no_devices_behind(platform: Platform, user_id: UUID) -> None:
    pair = login(user_id, device="phone", address="192.0.2.1", user_agent="agent")
    sessions.forget_user(user_id)
    row = row_of(pair)
    assert (row.device, row.address, row.user_agent, row.revoked_because) == ("", "", "", "erased")
    assert sessions.is_revoked(pair.session_id)
