"""Passwords, one-time passwords, encryption and the record of attempts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kernel.clock import FrozenClock
from kernel.crypto import UndecryptableError, decrypt, derived_key, encrypt, keyed_hash
from kernel.db import session
from kernel.errors import ValidationFailed
from kernel.identity import attempts, totp
from kernel.identity.passwords import check_new_password, hash_password, needs_rehash, verify_password
from kernel.runtime import Platform


def test_a_password_fits_its_hash_only() -> None:
    stored = hash_password("correct horse battery")
    assert verify_password(stored, "correct horse battery")
    assert not verify_password(stored, "correct horse batterx")
    assert not verify_password("not a hash", "correct horse battery")
    assert not verify_password(None, "no such user")
    assert not needs_rehash(stored)
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=64).hash("x"))


@pytest.mark.parametrize("password", ["", "short", "x" * 129, "aaaaaaaaaaaaaaaa"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        check_new_password(password, pointer="/new_password")
    assert caught.value.errors[0].pointer == "/new_password"


def test_good_passwords_pass() -> None:
    check_new_password("گذرواژه‌ای بسیار بلند")


def test_a_code_of_the_app_is_good_once(clock: FrozenClock) -> None:
    secret = totp.new_secret()
    code = pyotp.TOTP(secret).at(clock.now())
    step = totp.verify(secret, code)
    assert step == int(clock.now().timestamp()) // 30
    assert totp.verify(secret, code, after_step=step) is None
    clock.tick(30)
    assert totp.verify(secret, code) == step
    clock.tick(30)
    assert totp.verify(secret, code) is None
    assert totp.verify(secret, "۱۲۳") is None


def test_the_app_is_told_by_an_address() -> None:
    uri = totp.provisioning_uri("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", account="+98912", issuer="ASOUD")
    assert uri.startswith("otpauth://totp/ASOUD:%2B98912?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")


@given(text=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_what_is_encrypted_can_be_read_here_only(embedded: Platform, text: str) -> None:
    token = encrypt(text)
    assert text not in token or len(text) < 3
    assert decrypt(token) == text
    with pytest.raises(UndecryptableError):
        decrypt(token, purpose="another")


def test_keys_differ_by_purpose_and_site(embedded: Platform, make_app: Callable[..., Flask]) -> None:
    token = encrypt("secret")
    assert derived_key("a") != derived_key("b")
    assert keyed_hash("a", "x") == keyed_hash("a", "x") != keyed_hash("b", "x")
    with make_app(secret_key="another-secret-of-forty-characters-or-so").app_context():
        with pytest.raises(UndecryptableError):
            decrypt(token)
        with pytest.raises(UndecryptableError):
            decrypt("nonsense")


def test_attempts_are_recorded_and_counted(platform: Platform, clock: FrozenClock, user_id: UUID) -> None:
    begin = clock.now() - timedelta(minutes=1)
    for outcome in ("wrong_code", attempts.SUCCEEDED, "wrong_code", "wrong_code"):
        attempts.record_attempt(identifier="+98912", method="code", outcome=outcome, user_id=user_id)
        clock.tick(1)
    attempts.record_attempt(identifier="+98912", method="password", outcome="wrong_password")
    assert attempts.failures_since("+98912", begin, method="code") == 2
    assert attempts.failures_since("+98912", begin) == 3
    assert attempts.failures_since("+98912", clock.now()) == 0
    assert attempts.failures_since("+98913", begin) == 0
    newest, *older = attempts.attempts_of(user_id, limit=2)
    assert newest.outcome == "wrong_code"
    rest = attempts.attempts_of(user_id, before=older[-1].created_at)
    assert [row.outcome for row in rest] == ["succeeded", "wrong_code"]
    assert "98912" not in newest.identifier_hash


def test_attempts_are_forgotten_with_their_user(embedded: Platform, clock: FrozenClock, user_id: UUID) -> None:
    attempts.record_attempt(identifier="+98912", method="code", outcome="x", user_id=user_id, address="192.0.2.1")
    attempts.forget_user(user_id)
    assert attempts.attempts_of(user_id) == []
    clock.tick(366 * 86400)
    assert attempts.purge() == 1


def test_identity_is_tidied_every_night(embedded: Platform, clock: FrozenClock, user_id: UUID) -> None:
    from kernel.identity import sessions
    from kernel.identity.maintenance import tidy_identity
    from kernel.identity.models import IdentitySignal, LoginAttempt, LoginSession

    sessions.revoke(sessions.open_session(user_id).session_id, user_id=user_id)
    attempts.record_attempt(identifier="+98912", method="code", outcome="wrong_code")
    clock.tick(400 * 86_400)
    tidy_identity()
    for model in (LoginSession, LoginAttempt, IdentitySignal):
        assert session().scalars(select(model)).all() == []
